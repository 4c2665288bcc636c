package io.sennit.sim.rig;

/**
 * A process has ended.
 *
 * @param jvm which
 * @param status its exit status; 128 and the signal's number if a signal ended it
 */
public record ProcessExit(Jvm jvm, int status) {}
