/**
 * A simulated cluster: clock, network, disk, names, leadership, randomness and the order of threads
 * all come from one seed, so that a run can be repeated exactly.
 */
package io.sennit.sim;
