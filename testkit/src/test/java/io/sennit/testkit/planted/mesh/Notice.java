package io.sennit.testkit.planted.mesh;

/** Stands where another strand must not reach. */
public final class Notice {}
