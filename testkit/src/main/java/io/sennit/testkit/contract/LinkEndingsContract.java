package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.testkit.RawFraming;
import io.sennit.testkit.Recorder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How links end: once, with a reason, and harming nobody else. */
public abstract class LinkEndingsContract extends LinkTests {
  private static RejectedException reason() {
    return new RejectedException("enough", ErrorContext.NONE);
  }

  /** What was closed stays closed once, also after a while. */
  private void stayClosed(Recorder... ends) {
    awaitClosed(ends);
    world.elapse(Duration.ofMillis(50));
  }

  @Test
  void closeSendsWhatIsQueuedAndEndsBothSidesCleanly() {
    var ends = open(plain());
    on(
        ends.dialer(),
        link -> {
          link.write(message(pattern(100_000, 1)));
          link.close();
          link.close();
        });
    stayClosed(ends.dialer(), ends.listener());
    assertThat(ends.listener().messages()).hasSize(1);
    assertThat(ends.listener().messages().getFirst()).isEqualTo(pattern(100_000, 1));
    assertThat(ends.dialer().why()).isEmpty();
    assertThat(ends.listener().why()).isEmpty();
  }

  @Test
  void bothMayCloseAtOnce() {
    var ends = open(plain());
    on(ends.dialer(), Link::close);
    on(ends.listener(), Link::close);
    stayClosed(ends.dialer(), ends.listener());
    assertThat(ends.dialer().why()).isEmpty();
    assertThat(ends.listener().why()).isEmpty();
  }

  @Test
  void nothingIsDeliveredAfterClose() {
    var listener = recorder();
    var dialer = recorder().whenOpened(link -> link.read(false));
    open(plain(), dialer, listener);
    write(listener, pattern(10, 1), pattern(10, 2));
    world.elapse(Duration.ofMillis(50));
    var before = new AtomicInteger(-1);
    on(
        dialer,
        link -> {
          before.set(dialer.messages().size());
          link.close();
        });
    stayClosed(dialer, listener);
    assertThat(dialer.messages()).hasSize(before.get());
  }

  @Test
  void closingFromWithinAHandlerEndsDelivery() {
    var listener = recorder();
    listener.whenMessage(_ -> listener.link().close());
    var dialer = recorder();
    open(plain(), dialer, listener);
    write(dialer, pattern(1, 1), pattern(2, 2), pattern(3, 3));
    stayClosed(dialer, listener);
    assertThat(listener.messages()).hasSize(1);
  }

  @Test
  void abortEndsAtOnceWithItsReason() {
    var ends = open(plain());
    var inside = new AtomicBoolean();
    on(
        ends.dialer(),
        link -> {
          link.write(message(pattern(10, 1)));
          link.abort(reason());
          link.abort(new DisconnectedException("too late", ErrorContext.NONE));
          // the end is told after the call, never from inside it
          inside.set(ends.dialer().hasClosed());
        });
    stayClosed(ends.dialer(), ends.listener());
    assertThat(inside).isFalse();
    assertThat(kind(ends.dialer())).isEqualTo(RejectedException.class);
    assertThat(ends.dialer().why().orElseThrow().what()).isEqualTo("enough");
  }

  @Test
  void writingAfterTheEndIsHarmless() {
    var ends = open(plain());
    on(
        ends.dialer(),
        link -> {
          link.close();
          link.write(message(pattern(10, 1)));
          link.flush();
        });
    stayClosed(ends.dialer(), ends.listener());
    on(
        ends.dialer(),
        link -> {
          link.write(message(pattern(10, 2)));
          link.flush();
          link.read(true);
          link.close();
          link.abort(reason());
        });
    world.elapse(Duration.ofMillis(50));
    assertThat(ends.listener().messages()).isEmpty();
    assertThat(ends.dialer().why()).isEmpty();
  }

  @Test
  void aRefusedDialEndsWithTheReason() {
    var b = world.node("b");
    var at = listen(plain(), on(b.loop(), _ -> recorder()));
    at.close();
    var refused = awaitRefusal(at.address());
    assertThat(kind(refused)).isEqualTo(DisconnectedException.class);
    assertThat(refused.why().orElseThrow().peer()).contains(at.address().toString());
  }

  @Test
  void anUnknownNameEndsTheDial() {
    var dialer = recorder();
    dial(Address.of("nobody.invalid", 7400), plain(), dialer);
    stayClosed(dialer);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(DisconnectedException.class);
    assertThat(dialer.why().orElseThrow().getMessage()).contains("nobody.invalid");
  }

  @Test
  void abortGivesUpDialing() {
    var b = world.node("b");
    var listener = recorder();
    var at = listen(plain(), on(b.loop(), _ -> listener));
    var dialer = recorder();
    var a = world.node("a");
    var loop = a.loop();
    loop.execute(
        () -> a.links().dial(loop, at.address(), dialing(plain()), dialer).abort(reason()));
    stayClosed(dialer);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(RejectedException.class);
  }

  @Test
  protected void aPeerThatVanishesInsideAMessageIsNoCleanEnd() {
    var listener = recorder();
    var b = world.node("b");
    var at = listen(plain(), on(b.loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), LinkSpec.of(new RawFraming()), dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    write(dialer, new byte[] {0, 0, 0, 100, 1, 2, 3});
    on(dialer, Link::close);
    stayClosed(dialer, listener);
    assertThat(listener.messages()).isEmpty();
    assertThat(kind(listener)).isEqualTo(ProtocolException.class);
  }

  @Test
  protected void aPeerThatAbortsInsideAMessageIsNoCleanEnd() {
    var listener = recorder();
    var b = world.node("b");
    var at = listen(plain(), on(b.loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), LinkSpec.of(new RawFraming()), dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    // 100,000 announced: what comes is handed out in parts, so the test sees it arrive
    write(dialer, new byte[] {0, 1, (byte) 0x86, (byte) 0xa0, 1, 2, 3});
    world.await("the first part", () -> listener.bytes() == 3);
    on(dialer, link -> link.abort(reason()));
    stayClosed(dialer, listener);
    assertThat(listener.why().orElseThrow())
        .isInstanceOfAny(ProtocolException.class, DisconnectedException.class);
  }

  @Test
  void anOversizedMessageEndsItsLinkOnly() {
    var listeners = new Recorder[] {recorder(), recorder()};
    var taken = new AtomicInteger();
    var spec = plain().withBounds(1000, 1 << 20);
    var b = world.node("b");
    var at = listen(spec, on(b.loop(), _ -> listeners[taken.getAndIncrement()]));
    var good = recorder();
    dial(at.address(), plain(), good);
    world.await("the good link", () -> good.hasOpened() && listeners[0].hasOpened());
    var bad = recorder();
    dial(at.address(), plain(), bad);
    world.await("the bad link", () -> bad.hasOpened() && listeners[1].hasOpened());
    write(bad, pattern(1001, 1));
    stayClosed(bad, listeners[1]);
    assertThat(kind(listeners[1])).isEqualTo(ProtocolException.class);
    assertThat(listeners[1].messages()).isEmpty();
    write(good, pattern(1000, 2));
    world.await("the good link goes on", () -> listeners[0].messages().size() == 1);
    assertThat(good.hasClosed()).isFalse();
  }

  @Test
  void anExceptionInAHandlerEndsItsLinkOnly() {
    world.failuresMeant(); // a simulation fails the run, too
    var listeners = new Recorder[] {recorder(), recorder()};
    listeners[1].whenMessage(
        _ -> {
          throw new IllegalStateException("a fault of the engine");
        });
    var taken = new AtomicInteger();
    var b = world.node("b");
    var at = listen(plain(), on(b.loop(), _ -> listeners[taken.getAndIncrement()]));
    var good = recorder();
    dial(at.address(), plain(), good);
    world.await("the good link", () -> good.hasOpened() && listeners[0].hasOpened());
    var bad = recorder();
    dial(at.address(), plain(), bad);
    world.await("the bad link", () -> bad.hasOpened() && listeners[1].hasOpened());
    write(bad, pattern(5, 1), pattern(5, 2));
    stayClosed(bad, listeners[1]);
    assertThat(listeners[1].why()).isPresent();
    assertThat(listeners[1].messages()).hasSize(1);
    write(good, pattern(5, 3));
    world.await("the good link goes on", () -> listeners[0].messages().size() == 1);
  }

  @Test
  void aSennitExceptionFromAHandlerIsTheReason() {
    var listener = recorder();
    listener.whenMessage(
        _ -> {
          throw reason();
        });
    var dialer = recorder();
    open(plain(), dialer, listener);
    write(dialer, pattern(5, 1));
    stayClosed(dialer, listener);
    assertThat(kind(listener)).isEqualTo(RejectedException.class);
  }

  @Test
  protected void aGoodbyeInTheFramingEndsCleanly() {
    var goodbye = new Goodbye();
    var listener = recorder();
    var b = world.node("b");
    var at = listen(LinkSpec.of(goodbye), on(b.loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), LinkSpec.of(new RawFraming()), dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    write(dialer, new byte[] {1, 2, Goodbye.BYE, 3});
    stayClosed(dialer, listener);
    assertThat(listener.why()).isEmpty();
    assertThat(dialer.why()).isEmpty();
    assertThat(listener.bytes()).isEqualTo(2);
    assertThat(dialer.messages()).hasSize(1);
    assertThat(dialer.messages().getFirst()).containsExactly(Goodbye.ANSWER);
  }

  @Test
  void aRefusingAcceptorNeverOpens() {
    var b = world.node("b");
    var loop = b.loop();
    var at =
        listen(
            plain(),
            new Links.Acceptor() {
              @Override
              public Loop place() {
                return loop;
              }

              @Override
              public Link.Handler accept(Link link) {
                throw reason();
              }
            });
    var dialer = recorder();
    dial(at.address(), plain(), dialer);
    stayClosed(dialer);
    assertThat(dialer.messages()).isEmpty();
  }

  @Test
  void closingTheFabricEndsEveryLink() {
    var ends = open(plain());
    world.node("a").close();
    stayClosed(ends.dialer(), ends.listener());
    assertThat(ends.dialer().why()).isPresent();
  }

  /** Single bytes; one of them is a goodbye that is answered. */
  private static final class Goodbye implements io.sennit.core.spi.Framing {
    static final byte BYE = 9;
    static final byte ANSWER = 8;

    @Override
    public State start(boolean dialer, int maxMessage, java.util.random.RandomGenerator masks) {
      return new State() {
        @Override
        public void encode(ByteBuf message, java.util.function.Consumer<ByteBuf> out) {
          out.accept(message);
        }

        @Override
        public void decode(ByteBuf in, Output out) {
          while (in.isReadable()) {
            if (in.getByte(in.readerIndex()) == BYE) {
              in.skipBytes(in.readableBytes());
              out.answer(io.netty.buffer.Unpooled.buffer(1).writeByte(ANSWER));
              out.ended();
              return;
            }
            out.message(in.readSlice(1), true);
          }
        }

        @Override
        public void end() {}
      };
    }
  }
}
