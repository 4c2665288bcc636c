package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Tls;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.RawFraming;
import io.sennit.testkit.Recorder;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkTests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What peers that read slowly, or not at all, cost and may expect. */
class SlowPeersTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final byte[] BLOCK = new byte[32 << 10];

  private static LinkSpec raw() {
    return LinkSpec.of(new RawFraming()).withBounds(1 << 20, 64 << 20);
  }

  /** A bare peer with small buffers that reads a steady 50 kB a second until told to stop. */
  private static final class SlowReader implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final int BYTES = 2_500;
    private static final int EVERY_MILLIS = 50;

    private final ServerSocket server = new ServerSocket();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong got = new AtomicLong();
    private final AtomicBoolean reading = new AtomicBoolean(true);
    private volatile @Nullable Socket socket;

    SlowReader() throws IOException {
      server.setReceiveBufferSize(BUFFER);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      clock.scheduleAtFixedRate(this::read, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void read() {
      try {
        var peer = socket;
        if (peer == null) {
          peer = server.accept();
          socket = peer;
        }
        if (reading.get()) {
          got.addAndGet(peer.getInputStream().readNBytes(BYTES).length);
        }
      } catch (IOException e) {
        reading.set(false); // the dialer ended it
      }
    }

    Address address() {
      return Address.of("127.0.0.1", server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      clock.shutdownNow();
      server.close();
      var peer = socket;
      if (peer != null) {
        peer.close();
      }
    }
  }

  abstract static class Slow extends LinkTests {
    /**
     * Its kernel used to be given megabytes, and the link ended as stalled while that drained
     * (foundation B3).
     */
    @Test
    void aPeerThatReadsSteadilyLivesAndOneThatStopsEnds() throws Exception {
      try (var peer = new SlowReader()) {
        var dialer = recorder();
        dial(peer.address(), raw(), dialer);
        world.await("open", dialer::hasOpened);
        on(
            dialer,
            link -> {
              for (int i = 0; i < 256; i++) {
                link.write(Unpooled.wrappedBuffer(BLOCK));
              }
            });
        world.elapse(Duration.ofSeconds(14));
        assertThat(dialer.why()).isEmpty();
        assertThat(dialer.hasClosed()).isFalse();
        assertThat(peer.got.get()).isGreaterThan(200_000);
        peer.reading.set(false);
        awaitClosed(dialer);
        assertThat(dialer.why().orElseThrow().getMessage()).contains("stalled");
      }
    }
  }

  @Nested
  class OnEpoll extends Slow {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class OnNio extends Slow {
    @Override
    protected World world() {
      return Worlds.nio();
    }
  }

  abstract static class Stalled extends LinkTests {
    /** How many peers read nothing. */
    abstract int count();

    /**
     * Each used to hold 256 KiB outside the heap, and a thousand of them all there was (foundation
     * B1).
     */
    @Test
    void peersThatReadNothingHoldLittleOutsideTheHeap() {
      var spec = plain().withBounds(1 << 20, 64 << 20).withTimes(LONG, LONG, LONG);
      var stalled = new ArrayList<Recorder>();
      var at = listen(spec, deaf());
      for (int i = 0; i < count(); i++) {
        var dialer = recorder();
        stalled.add(dialer);
        dial(at.address(), spec, dialer);
        world.await("open", dialer::hasOpened); // one by one: a port takes so many at once
      }
      long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
      for (var dialer : stalled) {
        on(
            dialer,
            link -> {
              for (int i = 0; i < 32; i++) {
                link.write(Unpooled.wrappedBuffer(BLOCK));
              }
            });
      }
      world.await("all wait", () -> held(stalled) > 0 && allQueue(stalled));
      assertThat(held(stalled)).isLessThanOrEqualTo((long) SocketWriter.HELD * count());
      assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
          .isLessThan((long) SocketWriter.HELD * count() + (20 << 20));
      healthyOneWorks();
      for (var dialer : stalled) {
        on(dialer, link -> link.abort(new CancelledException("over", ErrorContext.NONE)));
      }
      awaitClosed(stalled.toArray(Recorder[]::new));
      world.await("all given back", () -> held(stalled) == 0);
    }

    private Links.Acceptor deaf() {
      return on(
          world.node("b").loop(), _ -> recorder().countOnly().whenOpened(link -> link.read(false)));
    }

    private void healthyOneWorks() {
      var listener = recorder();
      var at = listen(plain(), on(world.node("b").loop(), _ -> listener));
      var dialer = recorder().whenOpened(link -> link.write(message(pattern(8 << 20, 1))));
      dial(at.address(), plain(), dialer);
      world.await("eight mebibytes", () -> listener.messages().size() == 1);
    }

    private boolean allQueue(List<Recorder> dialers) {
      var empty = new AtomicLong();
      var asked = new AtomicLong();
      for (var dialer : dialers) {
        on(
            dialer,
            link -> {
              if (link.queuedBytes() == 0) {
                empty.incrementAndGet();
              }
              asked.incrementAndGet();
            });
      }
      world.await("answers", () -> asked.get() == dialers.size());
      return empty.get() == 0;
    }

    private static long held(List<Recorder> dialers) {
      return dialers.stream()
          .map(dialer -> dialer.link().loop())
          .distinct()
          .mapToLong(loop -> ((NetLoop) loop).directHeld())
          .sum();
    }
  }

  @Nested
  class StalledOnEpoll extends Stalled {
    @Override
    protected World world() {
      return Worlds.epoll();
    }

    @Override
    int count() {
      return 200;
    }
  }

  @Nested
  class StalledOnNio extends Stalled {
    @Override
    protected World world() {
      return Worlds.nio();
    }

    @Override
    int count() {
      return 100;
    }
  }

  @Nested
  class StalledUnderTls extends Stalled {
    @TempDir private static Path folder;
    private static Tls tls;

    @BeforeAll
    static void makeCertificates() throws Exception {
      tls = new Certificates(folder).mutual("node", "dns:node.test,ip:127.0.0.1");
    }

    @Override
    protected World world() {
      return Worlds.epoll();
    }

    @Override
    int count() {
      return 40;
    }

    @Override
    protected LinkSpec dialing(LinkSpec spec) {
      return spec.withTls(tls);
    }

    @Override
    protected LinkSpec listening(LinkSpec spec) {
      return spec.withTls(tls);
    }
  }
}
