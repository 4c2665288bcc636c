package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.Tls;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.SystemOptions;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.LengthFraming;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Beside many links whose peers read nothing a healthy one keeps its rate, and the process stays
 * small (foundation B1). The links are in a process of their own, the peers in this one. The full
 * measure, a thousand links, nine tenths and 256 MiB, is for {@code -Dsennit.long=true} on a quiet
 * machine.
 */
@Timeout(600)
class HealthyRateTest {
  private static final boolean LONG = Boolean.getBoolean("sennit.long");
  private static final int STALLED = LONG ? 1_000 : 100;
  private static final double KEPT = LONG ? 0.9 : 0.4; // the short one runs beside other work
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path folder;

  private static LinkSpec spec(Optional<Tls> tls) {
    var spec =
        LinkSpec.of(new LengthFraming())
            .withBounds(1 << 20, 64 << 20)
            .withTimes(PATIENCE, PATIENCE, PATIENCE);
    return tls.isPresent() ? spec.withTls(tls.get()) : spec;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHealthyLinkKeepsItsRateBesideStalledOnes(boolean secure) throws Exception {
    Optional<Tls> tls =
        secure
            ? Optional.of(new Certificates(folder).mutual("node", "dns:node.test,ip:127.0.0.1"))
            : Optional.empty();
    try (var fabric = Fabric.system(SystemOptions.defaults().withLoops(1))) {
      var deaf = listen(fabric, tls, false);
      var reading = listen(fabric, tls, true);
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--sun-misc-unsafe-memory-access=deny",
              "--enable-native-access=ALL-UNNAMED",
              "-Xmx96m",
              "-XX:MaxDirectMemorySize=48m",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              Program.class.getName(),
              String.valueOf(STALLED),
              String.valueOf(LONG ? 5 : 3),
              deaf.toString(),
              reading.toString(),
              secure ? folder.toString() : "-"));
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      var words = said.lines().filter(line -> line.startsWith("rates ")).findFirst().orElseThrow();
      var figures = words.split(" ");
      double alone = Double.parseDouble(figures[1]);
      double beside = Double.parseDouble(figures[2]);
      long peakKib = Long.parseLong(figures[3]);
      System.getLogger("io.sennit.net.test").log(System.Logger.Level.INFO, words);
      assertThat(beside / alone).as(said).isGreaterThan(KEPT);
      assertThat(peakKib).as(said).isLessThan(256 << 10);
    }
  }

  private static Address listen(Fabric fabric, Optional<Tls> tls, boolean reads) throws Exception {
    var bound = new CompletableFuture<Links.Listener>();
    var loop = fabric.loop();
    fabric
        .links()
        .listen(
            loop,
            Address.of("127.0.0.1", 0),
            spec(tls),
            new Links.Acceptor() {
              @Override
              public Loop place() {
                return loop;
              }

              @Override
              public Link.Handler accept(Link link) {
                return new Peer(reads);
              }
            },
            Done.of(bound::complete, bound::completeExceptionally));
    return bound.get(20, TimeUnit.SECONDS).address();
  }

  /** Reads and forgets, or reads nothing. */
  private record Peer(boolean reads) implements Link.Handler {
    @Override
    public void opened(Link link) {
      link.read(reads);
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {}

    @Override
    public void closed(Link link, Optional<SennitException> why) {}
  }

  /** The process with the links. */
  public static final class Program {
    private static final byte[] BLOCK = new byte[32 << 10];
    private static final long ROUND_NANOS = 400_000_000;
    private static final int EACH = 24; // blocks a stalled link is given, more than kernels take

    private final Fabric fabric = Fabric.system(SystemOptions.defaults().withLoops(1));
    private final LinkSpec spec;
    private final AtomicLong written = new AtomicLong();
    private final AtomicInteger ended = new AtomicInteger();

    private Program(LinkSpec spec) {
      this.spec = spec;
    }

    /** How many stalled links, rounds, where nobody reads, where somebody does, certificates. */
    public static void main(String[] args) throws Exception {
      Optional<Tls> tls = Optional.empty();
      if (!args[4].equals("-")) {
        var made = Path.of(args[4]);
        tls =
            Optional.of(
                new Tls(
                    Optional.of(
                        new Tls.Identity.Pem(made.resolve("node.pem"), made.resolve("node.key"))),
                    Optional.of(made.resolve("ca.pem")),
                    true));
      }
      var program = new Program(spec(tls));
      try (var ignored = program.fabric) {
        program.run(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            Address.parse(args[2]),
            Address.parse(args[3]));
      }
    }

    private void run(int stalled, int rounds, Address deaf, Address reading) throws Exception {
      var healthy = new Writer(-1);
      dial(reading, healthy);
      rate(6); // code that runs for the first time is slow
      double alone = rate(rounds);
      for (int i = 0; i < stalled; i++) {
        var writer = new Writer(EACH);
        dial(deaf, writer); // one by one: a port takes so many at once
      }
      rate(1);
      double beside = rate(rounds);
      if (ended.get() > 0) {
        throw new IllegalStateException(ended + " links ended");
      }
      var status = Files.readAllLines(Path.of("/proc/self/status"));
      var peak = status.stream().filter(line -> line.startsWith("VmHWM")).findFirst().orElseThrow();
      System.out.println(
          "rates " + alone + " " + beside + " " + peak.replaceAll("\\D", "") + " (KiB at most)");
    }

    private void dial(Address to, Writer writer) throws InterruptedException {
      var unused = fabric.links().dial(fabric.loop(), to, spec, writer);
      if (!writer.opened.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not opened");
      }
    }

    /** The median of some rounds, in bytes a second. */
    private double rate(int rounds) {
      var rates = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        long from = written.get();
        long at = System.nanoTime();
        Awaitility.await("time to go by")
            .pollInterval(Duration.ofMillis(5))
            .until(() -> System.nanoTime() - at >= ROUND_NANOS);
        rates[i] = (written.get() - from) * 1e9 / (System.nanoTime() - at);
      }
      Arrays.sort(rates);
      return rates[rounds / 2];
    }

    /** Writes for ever while it may, or so many blocks. */
    private final class Writer implements Link.Handler {
      final CountDownLatch opened = new CountDownLatch(1);
      private final int blocks;

      Writer(int blocks) {
        this.blocks = blocks;
      }

      @Override
      public void opened(Link link) {
        for (int i = 0; i < blocks; i++) {
          link.write(Unpooled.wrappedBuffer(BLOCK));
        }
        writable(link);
        opened.countDown();
      }

      @Override
      public void writable(Link link) {
        while (blocks < 0 && link.writable()) {
          link.write(Unpooled.wrappedBuffer(BLOCK));
          written.addAndGet(BLOCK.length);
        }
      }

      @Override
      public void message(Link link, ByteBuf part, boolean last) {}

      @Override
      public void closed(Link link, Optional<SennitException> why) {
        ended.incrementAndGet();
      }
    }
  }
}
