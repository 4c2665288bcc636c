package io.sennit.core.spi;

/**
 * All that a manager, a mesh or a node stands on: threads, network, names, storage, leadership.
 * {@link #system} is the real machine, a simulation is another; code that takes a {@code Fabric}
 * runs on both. Methods may be called from any thread.
 */
public interface Fabric extends AutoCloseable {
  /** The next loop in turn; the same few loops again and again. */
  Loop loop();

  /** The loop that never runs user code: membership, leases, name lookups. */
  Loop quietLoop();

  /** Connections. */
  Links links();

  /** Packets. */
  Datagrams datagrams();

  /** Name lookups. */
  Names names();

  /** Starts user code. */
  Runner runner();

  /**
   * Opens a durable store by name: checked, its torn tail cut. A store is open once at a time in a
   * process; a second opening fails with a {@link io.sennit.core.StorageException}, but one that is
   * asked for while the first is being closed waits for it. So a store that failed is closed and
   * then opened again in the same process. Strands share one store by its {@link Store#view views}.
   * {@link FabricListener#storeFailed} tells failures too.
   */
  void store(Loop owner, String name, Done<Store> done);

  /**
   * Runs for a role among all who share this fabric's leadership service. Each term has an epoch
   * greater than any before. Closing the returned handle resigns. After {@link #close} a candidacy
   * never leads.
   */
  Campaign campaign(Loop owner, String role, String me, Leadership leadership);

  /** A candidacy that can be given up. */
  interface Campaign extends AutoCloseable {
    /**
     * Nanoseconds on the owner's clock for which this side surely still leads; 0 when it does not.
     * Look before acting on what the role guards, as a process may have been stopped for a while:
     * after that time another may lead though {@link Leadership#lost} was not yet called. On the
     * owner's loop.
     */
    default long sureNanos() {
      return 0;
    }

    @Override
    void close();
  }

  /**
   * Closes everything opened through it and ends its threads; idempotent, bounded by 10 s. Stores
   * are closed and candidacies given up, all at the same time. Links send what was written to them
   * and say their end, for at most 2 s; those that have not ended by then are reset. User code is
   * interrupted. Everything that was asked is answered, and what is asked afterwards is answered
   * too, with the end as the reason; see {@link Loop} for what a loop does after its end. Called on
   * a loop it returns at once and the rest happens behind it.
   */
  @Override
  void close();

  /** The real machine with defaults: see {@link SystemOptions#defaults()}. */
  static Fabric system() {
    return system(SystemOptions.defaults());
  }

  /**
   * The real machine: finds {@code sennit-net} and {@code sennit-store} through {@link
   * java.util.ServiceLoader}.
   *
   * @throws io.sennit.core.ConfigException if {@code sennit-net} is not there
   */
  static Fabric system(SystemOptions options) {
    return new SystemFabric(options);
  }
}
