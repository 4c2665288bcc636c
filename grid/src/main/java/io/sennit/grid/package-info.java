/**
 * The grid: calls and streams between two nodes, multiplexed over one connection per pair. Start
 * with {@link io.sennit.grid.Manager#builder()}; contracts are {@link io.sennit.grid.SingleHandler}
 * and {@link io.sennit.grid.StreamHandler}.
 */
package io.sennit.grid;
