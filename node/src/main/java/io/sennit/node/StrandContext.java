package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.SennitException;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.loop.SerialLane;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Membership;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.Store;
import io.sennit.grid.Manager;

/**
 * What a node gives to one strand of it. Any thread may use it, from {@link Strand#start} until
 * {@link RunningStrand#close} returns. Whatever it makes and has a {@code close} is the strand's to
 * close.
 */
public interface StrandContext {
  /** The strand's name. */
  String strand();

  /** The cluster's name. */
  String cluster();

  /** The node's name, for people. */
  String node();

  /** Where the node listens, with the port it was given. */
  Address address();

  /** Which life of the process this is; kept in the data folder if there is one. */
  Incarnation incarnation();

  /** The strand's own keys. */
  StrandConfig config();

  /** Loops, sockets, names: the real machine or a simulation. */
  Fabric fabric();

  /** Starts user code. */
  Runner runner();

  /** Calls and streams to and from single peers. */
  Manager grid();

  /** Links to the same strand on other nodes, as streams of the grid. */
  Links links();

  /**
   * Key material of the cluster for one purpose of this strand; no other strand can derive it.
   *
   * @param purpose one or more words, for instance {@code datagram v1}
   * @param bytes 1 to 8160
   * @throws io.sennit.core.ConfigException if the node has no cluster key; the message says how to
   *     set one
   */
  byte[] key(String purpose, int bytes);

  /** Whether the node has a cluster key. */
  boolean hasKey();

  /**
   * Who is around: what another strand provides, else this node and the peers it was told of. It
   * follows when a strand begins to provide one.
   */
  Membership membership();

  /**
   * From now on everybody's membership is this.
   *
   * @throws io.sennit.core.ConfigException if another strand provides one
   */
  void provide(Membership membership);

  /** What is known of the deaths of processes; the same for all strands of the node. */
  DeathOracle oracle();

  /**
   * The strand's view of the node's store: a name space of its own in one file. Told when it is
   * open, and again each time the node has opened it anew after a failure.
   *
   * @param user told on {@link #storeLoop}, where the view's methods belong
   * @throws io.sennit.core.ConfigException if the node has no data folder; the message says how to
   *     set one
   */
  void store(StoreUser user);

  /** The loop on which the view of the store answers. */
  Loop storeLoop();

  /** Whoever uses a view of the store; called on {@link #storeLoop}. */
  interface StoreUser {
    /** It is open. An earlier view is of no use any more. */
    void opened(Store view);

    /** It could not be opened, or failed; the node tries again, and {@link #opened} follows. */
    void failed(SennitException why);
  }

  /**
   * Makes a lane for the callbacks of users: one at a time, in order, bounded.
   *
   * @param loop where answers come
   * @param name told apart in logs; the strand's name is put before it
   * @param maxTasks callbacks taken and not ended, 1 or more
   * @param maxBytes bytes they may hold, 1 or more
   */
  SerialLane lane(Loop loop, String name, int maxTasks, long maxBytes);

  /** Figures; their names begin with the strand's. */
  Meters meters();

  /**
   * The face of a strand that this one comes after.
   *
   * @throws io.sennit.core.ConfigException if none has started
   */
  <T> T strand(Class<T> face);
}
