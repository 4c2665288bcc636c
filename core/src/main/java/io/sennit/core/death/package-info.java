/**
 * The oracle of death: what is known of a process that may have ended, who says so, and what that
 * allows. Strands report evidence and read the one verdict; none of them decides on its own.
 */
package io.sennit.core.death;
