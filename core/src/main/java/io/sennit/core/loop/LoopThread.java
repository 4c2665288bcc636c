package io.sennit.core.loop;

/** Marks threads that run loops: a blocking call on one throws at once. */
public interface LoopThread {}
