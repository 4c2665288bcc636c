/** The sennit command. */
@NullMarked
package io.sennit.cli;

import org.jspecify.annotations.NullMarked;
