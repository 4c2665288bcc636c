package io.sennit.net;

import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.loop.LoopThread;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.SystemOptions;
import io.sennit.core.spi.TransportProvider.Transport;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The loops and what runs on them. */
final class NetTransport implements Transport {
  private static final Logger LOG = System.getLogger("io.sennit.net");

  /** The promise is 10 s for a fabric, of which its stores have five. */
  private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4_500);

  private final Io io;
  private final List<NetLoop> loops = new ArrayList<>();
  private final NetLoop quiet;
  private final Watchdog watchdog;
  private final FabricListener listener;
  private final Pool work = new Pool("sennit-work", 8, 4096);
  private final Pool certificates = new Pool("sennit-certificates", 2, 1024);
  private final Pool hosts = new Pool("sennit-hosts", 1, 1024);
  private final Pool resolvers = new Pool("sennit-names", 8, 256);
  private final TlsFiles tls = new TlsFiles();
  private final NetRunner runner = new NetRunner();
  private final NetNames names;
  private final NetLinks links;
  private final NetDatagrams datagrams = new NetDatagrams(this);
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  NetTransport(SystemOptions options) {
    this(options, NameServers.ofTheSystem());
  }

  /** With name servers of its own. */
  NetTransport(SystemOptions options, NameServers servers) {
    io = Io.choose(options.nativeTransport());
    listener = FabricListener.guarded(options.listener());
    var secrets = new SecureRandom();
    try {
      for (int i = 0; i < options.loops(); i++) {
        loops.add(new NetLoop("sennit-loop-" + i, io, work, secrets, listener));
      }
      quiet = new NetLoop("sennit-quiet", io, work, secrets, listener);
      loops.add(quiet);
    } catch (RuntimeException e) {
      loops.forEach(loop -> loop.execute(() -> loop.close(over())));
      throw new RejectedException(
          "a loop cannot be opened: " + Reasons.words(e), Reasons.moreFiles(e), e);
    }
    watchdog = new Watchdog(List.copyOf(loops), listener);
    watchdog.start();
    loops.removeLast();
    links = new NetLinks(this, quiet);
    names = new NetNames(this, quiet, new Dns(quiet, io, servers), hosts, resolvers);
    LOG.log(
        Level.DEBUG,
        "{0} loops on {1}, TLS by {2}",
        options.loops(),
        io,
        TlsFiles.boringSsl() ? "BoringSSL" : "the JDK");
  }

  private static DisconnectedException over() {
    return new DisconnectedException("this side was closed", ErrorContext.NONE);
  }

  Io io() {
    return io;
  }

  TlsFiles tls() {
    return tls;
  }

  Pool certificates() {
    return certificates;
  }

  FabricListener listener() {
    return listener;
  }

  /** The loop behind the SPI's face; only those of this transport will do. */
  NetLoop own(Loop loop) {
    if (loop instanceof NetLoop own && (own == quiet || loops.contains(own))) {
      return own;
    }
    throw new ConfigException("loop", loop.toString(), "a loop of this fabric");
  }

  @Override
  public Loop loop() {
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  @Override
  public Loop quietLoop() {
    return quiet;
  }

  @Override
  public Links links() {
    return links;
  }

  @Override
  public Datagrams datagrams() {
    return datagrams;
  }

  @Override
  public NetNames names() {
    return names;
  }

  @Override
  public Runner runner() {
    return runner;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    runner.close();
    var all = new ArrayList<>(loops);
    all.add(quiet);
    var why = over();
    for (var loop : all) {
      loop.execute(() -> loop.close(why));
    }
    pools().forEach(Pool::close);
    var ends = Thread.ofPlatform().daemon().name("sennit-closes").start(() -> awaitEnd(all));
    if (!(Thread.currentThread() instanceof LoopThread)) {
      try {
        ends.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt(); // it ends without us
      }
    }
  }

  private List<Pool> pools() {
    return List.of(work, certificates, hosts, resolvers);
  }

  private void awaitEnd(List<NetLoop> all) {
    long until = System.nanoTime() + CLOSE_NANOS;
    try {
      for (var loop : all) {
        if (!loop.awaitEnd(until - System.nanoTime())) {
          LOG.log(
              Level.WARNING,
              "{0} did not end in time; it ends when its turn does, which stands at {1}",
              loop,
              Arrays.stream(loop.stack()).findFirst().map(Object::toString).orElse("nothing"));
        }
      }
      for (var pool : pools()) {
        pool.awaitEnd(Math.max(0, until - System.nanoTime()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread; if so, it is to end it
    } finally {
      watchdog.close();
    }
  }
}
