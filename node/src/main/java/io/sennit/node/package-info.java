/** One node: one configuration, one lifecycle, one identity for all strands. */
package io.sennit.node;
