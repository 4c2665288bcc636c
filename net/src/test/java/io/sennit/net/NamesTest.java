package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.DisconnectedException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.SystemOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names are looked up anew each time, and one that is slow holds up no other. */
@Timeout(60)
class NamesTest {
  @TempDir Path folder;
  private Path hosts;
  private TestNameServer server;
  private NetTransport net;

  @BeforeEach
  void open() throws Exception {
    hosts = folder.resolve("hosts");
    server = new TestNameServer();
    net = new NetTransport(SystemOptions.defaults().withLoops(1), server.servers(hosts));
  }

  @AfterEach
  void close() {
    net.close();
    server.close();
  }

  private CompletableFuture<List<Endpoint>> ask(String name) {
    var answer = new CompletableFuture<List<Endpoint>>();
    net.names()
        .resolve(
            net.loop(),
            name + ":7",
            false,
            Done.of(answer::complete, answer::completeExceptionally));
    return answer;
  }

  private List<Endpoint> find(String name) throws Exception {
    return ask(name).get(10, TimeUnit.SECONDS);
  }

  private static SennitException why(CompletableFuture<?> answer) {
    Awaitility.await().until(answer::isDone);
    return (SennitException) answer.exceptionNow();
  }

  private static Endpoint v4(int a, int b, int c, int d) {
    return Endpoint.of(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, 7);
  }

  /** (foundation B10) The old address was given for half a minute after the name had moved. */
  @Test
  void aNameThatMovesInTheHostsFileIsFoundThere() throws Exception {
    Files.writeString(hosts, "127.0.0.5 foo.test # a comment\n");
    assertThat(find("foo.test")).containsExactly(v4(127, 0, 0, 5));
    Files.writeString(hosts, "127.0.0.6\tother FOO.test\n::1 foo.test\n");
    assertThat(find("foo.test")).containsExactly(v4(127, 0, 0, 6), new Endpoint(0, 1, 7));
    Files.writeString(hosts, "# 127.0.0.7 foo.test\n");
    assertThat(why(ask("foo.test"))).isInstanceOf(DisconnectedException.class);
    Files.writeString(hosts, "127.0.0.8 foo.test\n");
    assertThat(find("foo.test")).as("nor is its absence kept").containsExactly(v4(127, 0, 0, 8));
  }

  @Test
  void aNameThatMovesInDnsIsFoundThere() throws Exception {
    server.knows("moves.test", 10, 0, 0, 1);
    assertThat(find("moves.test")).containsExactly(v4(10, 0, 0, 1));
    server.knows("moves.test", 10, 0, 0, 2);
    assertThat(find("moves.test")).containsExactly(v4(10, 0, 0, 2));
    assertThat(server.asked("moves.test")).isEqualTo(2);
    assertThat(why(ask("nobody.test")).getMessage()).contains("nobody.test", "not known");
    server.knows("nobody.test", 10, 0, 0, 3);
    assertThat(find("nobody.test")).containsExactly(v4(10, 0, 0, 3));
  }

  @Test
  void theLocalHostIsThereWithoutAnyFileOrServer() throws Exception {
    assertThat(find("localhost")).contains(v4(127, 0, 0, 1));
    assertThat(server.asked("localhost")).isZero();
  }

  /** (foundation B11) Four names whose servers were silent made every other lookup fail. */
  @Test
  void manySilentNamesHoldUpNobodyElse() throws Exception {
    server.knows("good.test", 10, 0, 0, 1);
    var silent = new ArrayList<CompletableFuture<List<Endpoint>>>();
    for (int i = 0; i < 100; i++) {
      silent.add(ask("silent" + i + ".test"));
    }
    Awaitility.await().until(() -> server.asked("silent99.test") > 0);
    long from = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertThat(find("good.test")).containsExactly(v4(10, 0, 0, 1));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(2));
    assertThat(silent).noneMatch(CompletableFuture::isDone);
    for (var one : silent) {
      assertThat(why(one)).isInstanceOf(DisconnectedException.class);
    }
    assertThat(server.asked("silent0.test")).as("a packet may be lost").isGreaterThan(1);
  }

  @Test
  void equalLookupsShareOneQuestion() throws Exception {
    var all = new ArrayList<CompletableFuture<List<Endpoint>>>();
    for (int i = 0; i < 50; i++) {
      all.add(ask(i % 2 == 0 ? "silent.test" : "SILENT.test"));
    }
    Awaitility.await().until(() -> server.asked("silent.test") > 0);
    assertThat(all).noneMatch(CompletableFuture::isDone);
    for (var one : all) {
      assertThat(why(one).getMessage()).containsIgnoringCase("silent.test");
    }
    assertThat(server.asked("silent.test")).isLessThanOrEqualTo(3);
    assertThat(server.asked("SILENT.test")).isZero();
  }

  @Test
  void whenTooManyAreUnderWayTheOldestGivesWay() throws Exception {
    server.knows("good.test", 10, 0, 0, 1);
    var silent = new ArrayList<CompletableFuture<List<Endpoint>>>();
    for (int i = 0; i < Lookups.MOST; i++) {
      silent.add(ask("silent" + i + ".test"));
    }
    assertThat(find("good.test")).containsExactly(v4(10, 0, 0, 1));
    assertThat(why(silent.getFirst())).isInstanceOf(RejectedException.class);
    assertThat(why(silent.getFirst()).getMessage()).contains("silent0.test");
    assertThat(silent.getLast().isDone()).isFalse();
  }

  @Test
  void aHostsFileThatCannotBeReadIsTheReason() throws Exception {
    Files.createDirectory(hosts); // a folder in its place
    assertThat(why(ask("foo.test")).getMessage()).contains("cannot be looked up", "hosts");
  }

  @Test
  void withoutServersTheHostsFileIsAllThereIs() throws Exception {
    Files.writeString(hosts, "10.1.1.1 foo.test\n");
    try (var other =
        new NetTransport(
            SystemOptions.defaults().withLoops(1),
            new NameServers(hosts, Optional.empty(), false))) {
      var known = new CompletableFuture<List<Endpoint>>();
      var unknown = new CompletableFuture<List<Endpoint>>();
      other.names().resolve(other.loop(), "foo.test:7", false, Done.of(known::complete, _ -> {}));
      other
          .names()
          .resolve(
              other.loop(),
              "bar.test:7",
              false,
              Done.of(unknown::complete, unknown::completeExceptionally));
      assertThat(known.get(5, TimeUnit.SECONDS)).containsExactly(v4(10, 1, 1, 1));
      assertThat(why(unknown).getMessage()).contains("bar.test");
    }
  }
}
