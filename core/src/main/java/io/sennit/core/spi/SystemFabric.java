package io.sennit.core.spi;

import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.loop.LoopThread;
import io.sennit.core.spi.TransportProvider.Transport;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The real machine, put together from the providers on the class or module path. */
final class SystemFabric implements Fabric {
  private static final System.Logger LOG = System.getLogger(SystemFabric.class.getName());

  /** Half of the time that a close may take; the other half is the transport's. */
  private static final long STORES_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final SystemOptions options;
  private final Transport transport;

  /** Weak: what its user closed and forgot is not kept; what is open is held by its thread. */
  private final Set<AutoCloseable> opened =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final Set<Opening> opening = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  SystemFabric(SystemOptions given) {
    this.options = given.withListener(FabricListener.guarded(given.listener()));
    this.transport = find(TransportProvider.class, "sennit-net").open(options);
  }

  @Override
  public Loop loop() {
    return transport.loop();
  }

  @Override
  public Loop quietLoop() {
    return transport.quietLoop();
  }

  @Override
  public Links links() {
    return transport.links();
  }

  @Override
  public Datagrams datagrams() {
    return transport.datagrams();
  }

  @Override
  public Names names() {
    return transport.names();
  }

  @Override
  public Runner runner() {
    return transport.runner();
  }

  @Override
  public void store(Loop owner, String name, Done<Store> done) {
    var provider = find(StoreProvider.class, "sennit-store");
    var folder = data();
    var asked = new Opening(name, done);
    opening.add(asked); // before the look at `closed`: whoever closes after it waits for this one
    if (closed.get()) {
      owner.execute(() -> asked.failed(over()));
    } else {
      provider.open(owner, folder, name, asked);
    }
  }

  /** A store on its way; one that comes when the fabric is closed is closed, and not given out. */
  private final class Opening implements Done<Store> {
    private final String name;
    private final Done<Store> done;
    private final CountDownLatch answered = new CountDownLatch(1);

    Opening(String name, Done<Store> done) {
      this.name = name;
      this.done = done;
    }

    @Override
    public void ok(Store store) {
      opened.add(store);
      if (closed.get()) {
        store.close();
        failed(over());
      } else {
        store.onFailure(why -> options.listener().storeFailed(name, why));
        settled();
        done.ok(store);
      }
    }

    @Override
    public void failed(SennitException why) {
      settled();
      done.failed(why);
    }

    private void settled() {
      opening.remove(this);
      answered.countDown();
    }
  }

  private static DisconnectedException over() {
    return new DisconnectedException(
        "this fabric was closed", ErrorContext.advice("Open another one."));
  }

  @Override
  public Campaign campaign(Loop owner, String role, String me, Leadership leadership) {
    var provider = find(LeadershipProvider.class, "sennit-store");
    var folder = data();
    if (closed.get()) {
      return () -> {};
    }
    var campaign = provider.campaign(owner, folder, role, me, leadership);
    opened.add(campaign);
    if (closed.get()) {
      campaign.close();
    }
    return campaign;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closeStores(System.nanoTime() + STORES_NANOS);
    transport.close();
  }

  /** All at once, so that slow ones share the time and do not add theirs up. */
  private void closeStores(long until) {
    boolean mayWait = !(Thread.currentThread() instanceof LoopThread);
    var closing = new ArrayList<Thread>(closeAll());
    try {
      if (mayWait) {
        for (var one : opening) {
          if (!one.answered.await(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            LOG.log(Level.WARNING, "a store that was being opened did not answer in time");
          }
        }
        closing.addAll(closeAll()); // those that came meanwhile
        for (var thread : closing) {
          if (!thread.join(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) {
            LOG.log(Level.WARNING, "{0} did not end in time; it goes on alone", thread.getName());
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // they end without us
    }
  }

  private List<Thread> closeAll() {
    List<AutoCloseable> all;
    synchronized (opened) {
      all = List.copyOf(opened);
      opened.clear();
    }
    return all.stream()
        .map(
            one ->
                Thread.ofPlatform().daemon().name("sennit-closes " + one).start(() -> close(one)))
        .toList();
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "closing " + one, e);
    }
  }

  private Path data() {
    return options
        .data()
        .orElseThrow(() -> new ConfigException("data", "none", "a folder that may be written to"));
  }

  private static <P> P find(Class<P> type, String artifact) {
    Optional<P> found = ServiceLoader.load(type, type.getClassLoader()).findFirst();
    return found.orElseThrow(
        () ->
            new ConfigException(
                "class path", "without " + artifact, "add io.sennit:" + artifact + " to it"));
  }
}
