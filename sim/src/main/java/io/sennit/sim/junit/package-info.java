/** Simulations in JUnit: seeds, replays, and the simulated world of contract tests. */
package io.sennit.sim.junit;
