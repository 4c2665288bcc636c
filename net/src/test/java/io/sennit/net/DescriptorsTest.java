package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.SystemOptions;
import io.sennit.testkit.LengthFraming;
import io.sennit.testkit.Recorder;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * (foundation B7, field F3) Without a descriptor, accepting failed a hundred thousand times a
 * second, each with a line in the log; listening was never answered, dialing with a wrong reason.
 */
@Timeout(120)
class DescriptorsTest {
  private static final int LIMIT = 200;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void acceptingPausesAndRecoversAndEverybodyIsToldTheReason(boolean epoll) throws Exception {
    var command =
        "ulimit -n "
            + LIMIT
            + "; exec "
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + " --sun-misc-unsafe-memory-access=deny --enable-native-access=ALL-UNNAMED -Xmx128m"
            + " -XX:TieredStopAtLevel=1 -cp '"
            + classPath()
            + "' '"
            + Program.class.getName()
            + "' "
            + epoll;
    var process = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    var lines = said.lines().toList();
    var wanted = "too many open files";
    assertThat(lines).as(said).anyMatch(l -> l.startsWith("listen: ") && l.contains(wanted));
    assertThat(lines).as(said).anyMatch(l -> l.startsWith("bind: ") && l.contains(wanted));
    assertThat(lines).as(said).anyMatch(l -> l.startsWith("dial: ") && l.contains(wanted));
    assertThat(lines).as(said).anyMatch(l -> l.startsWith("name: ") && l.contains(wanted));
    assertThat(lines).as(said).contains("paused 1 times, resumed 1 times", "accepted");
    assertThat(lines.stream().filter(l -> l.contains("pauses for")).count())
        .as(said)
        .isBetween(2L, 10L);
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Takes all descriptors, looks what happens, and gives them back. */
  public static final class Program {
    private static final LinkSpec SPEC = LinkSpec.of(new LengthFraming());
    private static final Address ANY = Address.of("127.0.0.1", 0);

    private final AtomicInteger paused = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();
    private final Recorder accepted = new Recorder();
    private final boolean epoll;

    private Program(boolean epoll) {
      this.epoll = epoll;
    }

    /** The program. */
    public static void main(String[] args) throws Exception {
      new Program(Boolean.parseBoolean(args[0])).run();
    }

    private Fabric fabric() {
      return Fabric.system(
          SystemOptions.defaults()
              .withLoops(1)
              .withNativeTransport(epoll)
              .withListener(
                  new FabricListener() {
                    @Override
                    public void acceptPaused(Address at, Throwable why) {
                      paused.incrementAndGet();
                    }

                    @Override
                    public void acceptResumed(Address at) {
                      resumed.incrementAndGet();
                    }
                  }));
    }

    private static void await(BooleanSupplier condition) {
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(condition::getAsBoolean);
    }

    private void run() throws Exception {
      try (var fabric = fabric()) {
        var loop = fabric.loop();
        var at = listen(fabric, loop).get(10, TimeUnit.SECONDS);
        load(fabric, loop, at.address());
        var client = new Socket();
        client.setReuseAddress(true); // its descriptor is taken now and used later
        var held = new ArrayList<FileInputStream>();
        try {
          while (true) {
            held.add(new FileInputStream("/dev/null"));
          }
        } catch (IOException e) {
          System.out.println("held " + (held.size() > 10));
        }
        client.connect(new InetSocketAddress("127.0.0.1", at.address().port()), 1000);
        await(() -> paused.get() == 1);
        everything(fabric, loop, at.address(), System.out::println);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
        await(() -> System.nanoTime() - until > 0); // some pauses long
        for (var one : held) {
          one.close();
        }
        await(() -> resumed.get() == 1);
        System.out.println("paused " + paused + " times, resumed " + resumed + " times");
        await(accepted::hasOpened);
        System.out.println("accepted");
        client.close();
      }
    }

    /** A class that is loaded from a folder needs a descriptor, so all are loaded before. */
    private void load(Fabric fabric, Loop loop, Address at) {
      everything(fabric, loop, at, _ -> {});
      System.getLogger("io.sennit.net.listen")
          .log(
              System.Logger.Level.WARNING, new RejectedException("warm", ErrorContext.NONE).what());
    }

    private CompletableFuture<Links.Listener> listen(Fabric fabric, Loop loop) {
      var answer = new CompletableFuture<Links.Listener>();
      var acceptor =
          new Links.Acceptor() {
            @Override
            public Loop place() {
              return loop;
            }

            @Override
            public io.sennit.core.spi.Link.Handler accept(io.sennit.core.spi.Link link) {
              return accepted;
            }
          };
      fabric.links().listen(loop, ANY, SPEC, acceptor, to(answer));
      return answer;
    }

    private static <T> Done<T> to(CompletableFuture<T> answer) {
      return Done.of(answer::complete, answer::completeExceptionally);
    }

    /** Asks for one of everything and says what came of it. */
    private void everything(
        Fabric fabric, Loop loop, Address at, java.util.function.Consumer<String> say) {
      say.accept("listen: " + outcome(listen(fabric, loop)));
      var socket = new CompletableFuture<Datagrams.Socket>();
      fabric.datagrams().bind(loop, ANY, 100, 1000, new Silent(), to(socket));
      say.accept("bind: " + outcome(socket));
      var dialed = new Recorder();
      fabric.links().dial(loop, Address.of("127.0.0.1", 1), SPEC, dialed);
      await(dialed::hasClosed);
      say.accept("dial: " + dialed.why().map(Throwable::getMessage).orElse("clean"));
      var name = new CompletableFuture<List<Endpoint>>();
      fabric.names().resolve(loop, "nobody.invalid:1", false, to(name));
      say.accept("name: " + outcome(name));
    }

    private static String outcome(CompletableFuture<?> answer) {
      await(answer::isDone);
      return answer.isCompletedExceptionally() ? answer.exceptionNow().toString() : "worked";
    }
  }

  private static final class Silent implements Datagrams.Handler {
    @Override
    public void packet(Endpoint from, io.netty.buffer.ByteBuf packet) {}

    @Override
    public void failed(SennitException why) {}
  }
}
