package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Opening;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The upgrade before the first message: paths, guards, headers. */
public abstract class OpeningContract extends LinkTests {
  private static final Opening.Guard ANYONE = (_, _) -> {};

  private static LinkSpec ask(String path) {
    return plain().withOpening(new Opening.Ask(path, Map::of));
  }

  private static LinkSpec answer(String path, Opening.Guard guard) {
    return plain().withOpening(new Opening.Answer(path, guard));
  }

  @Test
  void carriesMessagesAfterTheUpgrade() {
    var b = world.node("b");
    var listener = recorder().whenOpened(link -> link.write(message(pattern(9, 9))));
    var at = listen(answer("/grid", ANYONE), on(b.loop(), _ -> listener));
    var dialer = recorder().whenOpened(link -> link.write(message(pattern(100_000, 1))));
    dial(at.address(), ask("/grid"), dialer);
    world.await(
        "a message each way",
        () -> listener.messages().size() == 1 && dialer.messages().size() == 1);
    assertThat(listener.messages().getFirst()).isEqualTo(pattern(100_000, 1));
    assertThat(dialer.messages().getFirst()).isEqualTo(pattern(9, 9));
  }

  @Test
  void listenersWithOtherPathsShareThePort() {
    var b = world.node("b");
    var one = recorder();
    var two = recorder();
    var first = listen(answer("/one", ANYONE), on(b.loop(), _ -> one));
    var later = recorder();
    var second =
        listenAt(
            first.address(),
            answer("/two", ANYONE),
            on(b.loop(), _ -> two.hasOpened() ? later : two));
    assertThat(second.address()).isEqualTo(first.address());
    var toOne = recorder();
    var toTwo = recorder();
    dial(first.address(), ask("/one"), toOne);
    dial(first.address(), ask("/two"), toTwo);
    world.await(
        "each at its own",
        () -> one.hasOpened() && two.hasOpened() && toOne.hasOpened() && toTwo.hasOpened());
    write(toTwo, pattern(2, 2));
    world.await("the message at the second", () -> two.messages().size() == 1);
    assertThat(one.messages()).isEmpty();

    first.close();
    var late = recorder();
    dial(first.address(), ask("/one"), late);
    awaitClosed(late);
    assertThat(late.hasOpened()).isFalse();
    var again = recorder();
    dial(second.address(), ask("/two"), again);
    world.await("the second still listens", again::hasOpened);
    second.close();
    awaitRefusal(second.address());
  }

  @Test
  void aTakenPathIsRefusedToASecondListener() {
    var b = world.node("b");
    var first = listen(answer("/one", ANYONE), on(b.loop(), _ -> recorder()));
    var second = new Answer<Links.Listener>();
    b.links()
        .listen(
            b.loop(),
            first.address(),
            listening(answer("/one", ANYONE)),
            on(b.loop(), _ -> recorder()),
            second);
    world.await("an answer", () -> second.answers() == 1);
    assertThat(second.why()).isInstanceOf(ConfigException.class);
  }

  @Test
  void aGuardsRefusalReachesTheDialer() {
    var b = world.node("b");
    var accepted = new AtomicInteger();
    var at =
        listen(
            answer(
                "/grid",
                (_, _) -> {
                  throw new RejectedException("no token", ErrorContext.NONE);
                }),
            on(
                b.loop(),
                _ -> {
                  accepted.incrementAndGet();
                  return recorder();
                }));
    var dialer = recorder();
    dial(at.address(), ask("/grid"), dialer);
    awaitClosed(dialer);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(RejectedException.class);
    assertThat(dialer.why().orElseThrow().getMessage()).contains("403");
    assertThat(accepted).hasValue(0);
  }

  @Test
  void anAcceptorsRefusalReachesTheDialer() {
    var b = world.node("b");
    var at =
        listen(
            answer("/grid", ANYONE),
            on(
                b.loop(),
                _ -> {
                  throw new RejectedException("full", ErrorContext.NONE);
                }));
    var dialer = recorder();
    dial(at.address(), ask("/grid"), dialer);
    awaitClosed(dialer);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(RejectedException.class);
  }

  @Test
  void anUnknownPathEndsTheDial() {
    var b = world.node("b");
    var at = listen(answer("/grid", ANYONE), on(b.loop(), _ -> recorder()));
    var dialer = recorder();
    dial(at.address(), ask("/other"), dialer);
    awaitClosed(dialer);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(DisconnectedException.class);
    assertThat(dialer.why().orElseThrow().getMessage()).contains("404");
  }

  @Test
  void theGuardSeesTheHeadersAskedForAnewEachTime() {
    var seen = new CopyOnWriteArrayList<Map<String, List<String>>>();
    var b = world.node("b");
    var at =
        listen(answer("/grid", (headers, _) -> seen.add(headers)), on(b.loop(), _ -> recorder()));
    var asked = new AtomicInteger();
    var spec =
        plain()
            .withOpening(
                new Opening.Ask("/grid", () -> Map.of("X-Token", "t" + asked.incrementAndGet())));
    var one = recorder();
    dial(at.address(), spec, one);
    world.await("the first", one::hasOpened);
    var two = recorder();
    dial(at.address(), spec, two);
    world.await("the second", two::hasOpened);
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).containsEntry("x-token", List.of("t1"));
    assertThat(seen.get(1)).containsEntry("x-token", List.of("t2"));
  }

  @Test
  void headersThatCannotBeMadeEndTheDial() {
    var b = world.node("b");
    var at = listen(answer("/grid", ANYONE), on(b.loop(), _ -> recorder()));
    var spec =
        plain()
            .withOpening(
                new Opening.Ask(
                    "/grid",
                    () -> {
                      throw new IllegalStateException("no key");
                    }));
    var dialer = recorder();
    dial(at.address(), spec, dialer);
    awaitClosed(dialer);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(dialer.why()).isPresent();
  }
}
