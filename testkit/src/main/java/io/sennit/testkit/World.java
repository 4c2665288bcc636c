package io.sennit.testkit;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Where a test happens: real sockets, or a simulation. The same test runs in both, because it only
 * ever awaits conditions.
 */
public interface World extends AutoCloseable {
  /** The fabric of a node, made at first use; the same name gives the same one. */
  Fabric node(String name);

  /** A place where {@code node} may listen: port 0 on loopback for sockets. */
  Address at(String node);

  /**
   * Goes on until the condition holds: polls on real sockets, moves virtual time in a simulation.
   * Fails with {@code what} in its message after 20 s.
   */
  void await(String what, BooleanSupplier condition);

  /** Lets time go by: for showing that something does <em>not</em> happen. */
  void elapse(Duration time);

  /**
   * What is thrown on loops from now on is the test's own doing: a simulation does not complain.
   */
  default void failuresMeant() {}

  /**
   * Closes every fabric and checks that nothing of ours remains: no thread, descriptor or uncaught
   * exception.
   */
  @Override
  void close();
}
