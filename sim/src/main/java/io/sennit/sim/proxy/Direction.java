package io.sennit.sim.proxy;

/** Which way bytes go through a proxy. */
public enum Direction {
  /** From who dialed the proxy to the target. */
  TO_TARGET,
  /** From the target back. */
  FROM_TARGET
}
