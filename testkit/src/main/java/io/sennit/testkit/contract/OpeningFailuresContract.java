package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Opening;
import io.sennit.testkit.RawFraming;
import io.sennit.testkit.Recorder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a dialer is told when a step of the opening fails: the type, the reason, and that nothing
 * ran. The same over sockets and in a simulation, which used to say that nothing was known.
 */
public abstract class OpeningFailuresContract extends LinkTests {
  private static final Opening.Guard ANYONE = (_, _) -> {};
  private static final RejectedException NO = new RejectedException("no", ErrorContext.NONE);

  private static LinkSpec ask(String path) {
    return plain().withOpening(new Opening.Ask(path, Map::of));
  }

  private static LinkSpec answer(Opening.Guard guard) {
    return plain().withOpening(new Opening.Answer("/grid", guard));
  }

  private Links.Acceptor taken() {
    return on(world.node("b").loop(), _ -> recorder());
  }

  private Links.Acceptor failing(RuntimeException why) {
    return on(
        world.node("b").loop(),
        _ -> {
          throw why;
        });
  }

  /** One row of the table. */
  private void tells(
      Recorder dialer, Class<? extends SennitException> type, String reason, Outcome outcome) {
    awaitClosed(dialer);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(type);
    assertThat(dialer.why().orElseThrow().what()).contains(reason);
    assertThat(dialer.why().orElseThrow().outcome()).isEqualTo(outcome);
  }

  private void disconnects(Address at, LinkSpec spec, String reason) {
    var dialer = recorder();
    dial(at, spec, dialer);
    tells(dialer, DisconnectedException.class, reason, Outcome.DID_NOT_RUN);
  }

  private void rejects(Address at, LinkSpec spec, String reason) {
    var dialer = recorder();
    dial(at, spec, dialer);
    tells(dialer, RejectedException.class, reason, Outcome.DID_NOT_RUN);
  }

  /** A listener without an upgrade: what it says is not HTTP unless {@code says} is. */
  private Address bare(Recorder says) {
    return listen(LinkSpec.of(new RawFraming()), on(world.node("b").loop(), _ -> says)).address();
  }

  @Test
  void aNameThatIsUnknown() {
    disconnects(Address.of("nobody.invalid", 7400), ask("/grid"), "nobody.invalid");
  }

  @Test
  void aPortThatNobodyListensAt() {
    var at = listen(answer(ANYONE), taken());
    at.close();
    awaitRefusal(at.address());
    disconnects(at.address(), ask("/grid"), "connecting: connection refused");
  }

  @Test
  void anAnswerThatDoesNotCome() {
    var quick =
        ask("/grid")
            .withTimes(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(5));
    disconnects(
        bare(recorder().countOnly()), quick, "timed out in the upgrade, allowed were 300 ms");
  }

  @Test
  void aPeerThatEndsInstead() {
    disconnects(bare(recorder().countOnly().whenOpened(Link::close)), ask("/grid"), "the upgrade");
  }

  @Test
  void anAnswerThatIsNoUpgrade() {
    var ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    var listener = recorder().countOnly().whenOpened(link -> link.write(message(ok)));
    disconnects(bare(listener), ask("/grid"), "was answered 200 OK");
  }

  @Test
  void aPathThatNobodyAnswers() {
    disconnects(
        listen(answer(ANYONE), taken()).address(), ask("/other"), "was answered 404 Not Found");
  }

  @Test
  void aGuardThatRefuses() {
    var at =
        listen(
            answer(
                (_, _) -> {
                  throw NO;
                }),
            taken());
    rejects(at.address(), ask("/grid"), "was answered 403 Forbidden");
  }

  @Test
  void anAcceptorThatRefuses() {
    var at = listen(answer(ANYONE), failing(NO));
    rejects(at.address(), ask("/grid"), "was answered 403 Forbidden");
  }

  @Test
  void aGuardThatFails() {
    world.failuresMeant();
    var at =
        listen(
            answer(
                (_, _) -> {
                  throw new IllegalStateException("a fault of the guard");
                }),
            taken());
    disconnects(at.address(), ask("/grid"), "was answered 500 Internal Server Error");
  }

  @Test
  void anAcceptorThatFails() {
    world.failuresMeant();
    var at = listen(answer(ANYONE), failing(new IllegalStateException("a fault")));
    disconnects(at.address(), ask("/grid"), "was answered 500 Internal Server Error");
  }

  @Test
  void headersThatCannotBeMade() {
    var spec =
        plain()
            .withOpening(
                new Opening.Ask(
                    "/grid",
                    () -> {
                      throw new IllegalStateException("no key");
                    }));
    disconnects(listen(answer(ANYONE), taken()).address(), spec, "the headers of the upgrade");
  }

  @Test
  void anOpeningForListeners() {
    var spec = plain().withOpening(new Opening.Answer("/grid", ANYONE));
    disconnects(listen(answer(ANYONE), taken()).address(), spec, "an Answer is for listening");
  }
}
