package io.sennit.net;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.SystemOptions;
import io.sennit.core.spi.TransportProvider.Transport;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The loops and what runs on them. */
final class NetTransport implements Transport {
  private static final Logger LOG = System.getLogger("io.sennit.net");

  /** The promise is 10 s; loops get most of it. */
  private static final long CLOSE_MILLIS = 9_000;

  private final Io io;
  private final List<NetLoop> loops = new ArrayList<>();
  private final NetLoop quiet;
  private final Work work = new Work("sennit-work", 8, 4096);
  private final Work lookups = new Work("sennit-names", 4, 1024);
  private final TlsFiles tls = new TlsFiles();
  private final NetRunner runner = new NetRunner();
  private final Services services;
  private final NetNames names;
  private final NetLinks links = new NetLinks(this);
  private final NetDatagrams datagrams = new NetDatagrams(this);
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  NetTransport(SystemOptions options) {
    this(options, null);
  }

  /** With name servers of its own, for SRV records. */
  NetTransport(SystemOptions options, @Nullable DnsServerAddressStreamProvider servers) {
    io = Io.choose(options.nativeTransport());
    var secrets = new SecureRandom();
    for (int i = 0; i < options.loops(); i++) {
      loops.add(new NetLoop("sennit-loop-" + i, io, work, secrets, options.listener()));
    }
    quiet = new NetLoop("sennit-quiet", io, work, secrets, options.listener());
    services = new Services(quiet, io, servers);
    names = new NetNames(this, lookups, services);
    LOG.log(
        Level.DEBUG,
        "{0} loops on {1}, TLS by {2}",
        options.loops(),
        io,
        TlsFiles.boringSsl() ? "BoringSSL" : "the JDK");
  }

  Io io() {
    return io;
  }

  TlsFiles tls() {
    return tls;
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
    var why = new DisconnectedException("this side was closed", ErrorContext.NONE);
    var all = new ArrayList<>(loops);
    all.add(quiet);
    for (var loop : all) {
      loop.soon(() -> loop.endAll(why));
    }
    quiet.soon(services::close);
    for (var loop : all) {
      loop.events().shutdownGracefully(0, CLOSE_MILLIS / 2, TimeUnit.MILLISECONDS);
    }
    work.close();
    lookups.close();
    awaitEnd(all);
  }

  private void awaitEnd(List<NetLoop> all) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
    try {
      for (var loop : all) {
        if (!loop.inLoop()
            && !loop.events().awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.log(Level.WARNING, "a loop did not end in time");
        }
      }
      for (var pool : List.of(work, lookups)) {
        if (!pool.awaitEnd(Math.max(0, (until - System.nanoTime()) / 1_000_000))) {
          LOG.log(Level.WARNING, "offloaded work did not end in time");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
