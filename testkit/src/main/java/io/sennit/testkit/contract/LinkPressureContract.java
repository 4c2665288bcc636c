package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.testkit.RawFraming;
import io.sennit.testkit.Recorder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a link does with bytes that its peer does not take, and what it says of itself. */
public abstract class LinkPressureContract extends LinkTests {
  private static final int BLOCK = 32 << 10;
  private static final int BLOCKS = 1024;
  private static final Duration LONG = Duration.ofSeconds(60);

  /** A link to a peer that reads nothing, with a short stall time on the dialer's side. */
  private Recorder toOneThatDoesNotRead() {
    var patient = plain().withBounds(1 << 20, 64 << 20).withTimes(LONG, LONG, LONG);
    var hasty = patient.withTimes(LONG, LONG, Duration.ofSeconds(1));
    var listener = recorder().countOnly().whenOpened(link -> link.read(false));
    var at = listen(patient, on(world.node("b").loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), hasty, dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    return dialer;
  }

  /** In a simulation it used to be called a clean end. */
  @Test
  void aCloseThatCannotSendItsBytesIsNoCleanEnd() {
    var dialer = toOneThatDoesNotRead();
    on(
        dialer,
        link -> {
          for (int i = 0; i < BLOCKS; i++) {
            link.write(message(pattern(BLOCK, i)));
          }
          link.close();
        });
    awaitClosed(dialer);
    assertThat(kind(dialer)).isEqualTo(DisconnectedException.class);
    assertThat(dialer.why().orElseThrow().getMessage()).contains("stalled");
  }

  /** In a simulation a link used to be writable for ever, so a loop of writes never ended. */
  @Test
  void isNotWritableWhenItsEndWasAskedFor() {
    var ends = open(plain());
    var closing = new AtomicReference<@Nullable Boolean>();
    on(
        ends.dialer(),
        link -> {
          link.close();
          closing.set(link.writable());
        });
    awaitClosed(ends.dialer(), ends.listener());
    var over = new AtomicReference<@Nullable Boolean>();
    var queued = new AtomicReference<@Nullable Long>();
    on(
        ends.dialer(),
        link -> {
          link.write(message(pattern(BLOCK, 1)));
          over.set(link.writable());
          queued.set(link.queuedBytes());
        });
    world.await("the loop's answer", () -> queued.get() != null);
    assertThat(closing.get()).isFalse();
    assertThat(over.get()).isFalse();
    assertThat(queued.get()).isZero();
  }

  /** In a simulation the engine's call used to throw, and the link lived on. */
  @Test
  protected void aFramingThatFailsToEncodeEndsItsLink() {
    var listener = recorder();
    var at = listen(plain(), on(world.node("b").loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), LinkSpec.of(new Unwriting()), dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    var thrown = new AtomicBoolean();
    on(
        dialer,
        link -> {
          try {
            link.write(message(pattern(10, 1)));
          } catch (RuntimeException e) {
            thrown.set(true);
          }
        });
    awaitClosed(dialer, listener);
    assertThat(thrown).isFalse();
    assertThat(kind(dialer)).isEqualTo(ProtocolException.class);
  }

  /** Pings of a peer that does not read used to fill the heap (grid B2, field F2). */
  @Test
  protected void answersOfTheFramingCountInTheBound() {
    var patient = plain().withTimes(LONG, LONG, LONG);
    var answering =
        new LinkSpec(
            new Answering(),
            patient.tls(),
            patient.opening(),
            1 << 20,
            1 << 20,
            patient.maxPending(),
            LONG,
            LONG,
            LONG);
    var listener = recorder().countOnly();
    var at = listen(answering, on(world.node("b").loop(), _ -> listener));
    var dialer = recorder().whenOpened(link -> link.read(false));
    dial(
        at.address(),
        LinkSpec.of(new RawFraming()).withBounds(1 << 20, 64 << 20).withTimes(LONG, LONG, LONG),
        dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    on(
        dialer,
        link -> {
          for (int i = 0; i < BLOCKS && !dialer.hasClosed(); i++) {
            link.write(message(new byte[BLOCK]));
          }
        });
    awaitClosed(listener);
    assertThat(kind(listener)).isEqualTo(DisconnectedException.class);
    assertThat(listener.why().orElseThrow().getMessage()).contains("answer");
    on(dialer, link -> link.abort(listener.why().orElseThrow()));
    awaitClosed(dialer);
  }

  @Test
  void countsWhatWentThrough() {
    var ends = open(plain());
    write(ends.dialer(), pattern(10, 1), pattern(100_000, 2));
    write(ends.listener(), pattern(7, 3));
    world.await(
        "all",
        () -> ends.listener().messages().size() == 2 && ends.dialer().messages().size() == 1);
    var dialed = stats(ends.dialer());
    var accepted = stats(ends.listener());
    assertThat(dialed.messagesOut()).isEqualTo(2);
    assertThat(dialed.messagesIn()).isEqualTo(1);
    assertThat(dialed.bytesOut()).isGreaterThanOrEqualTo(100_010).isLessThan(100_100);
    assertThat(accepted.messagesIn()).isEqualTo(2);
    assertThat(accepted.bytesIn()).isEqualTo(dialed.bytesOut());
    assertThat(dialed.bytesIn()).isEqualTo(accepted.bytesOut());
  }

  private Link.Stats stats(Recorder end) {
    var found = new AtomicReference<Link.@Nullable Stats>();
    on(end, link -> found.set(link.stats()));
    world.await("the loop's answer", () -> found.get() != null);
    return Objects.requireNonNull(found.get());
  }

  /** Sockets used to be reset when their fabric closed, and what was just written was lost. */
  @Test
  protected void whatWasWrittenBeforeTheFabricClosedArrives() {
    var ends = open(plain());
    var written = new AtomicBoolean();
    on(
        ends.dialer(),
        link -> {
          link.write(message(pattern(100_000, 1)));
          written.set(true);
        });
    world.await("written", written::get);
    world.node("a").close();
    awaitClosed(ends.dialer(), ends.listener());
    assertThat(ends.listener().messages()).hasSize(1);
    assertThat(ends.listener().why()).isEmpty();
    assertThat(kind(ends.dialer())).isEqualTo(DisconnectedException.class);
  }

  /** Takes no message. */
  private static final class Unwriting implements Framing {
    @Override
    public State start(boolean dialer, int maxMessage, RandomGenerator masks) {
      return new State() {
        @Override
        public void encode(ByteBuf message, Consumer<ByteBuf> out) {
          message.release();
          throw new ProtocolException("message", 0, "not to be written");
        }

        @Override
        public void decode(ByteBuf in, Output out) {
          in.skipBytes(in.readableBytes());
        }

        @Override
        public void end() {}
      };
    }
  }

  /** Answers every 131 bytes, a ping's most, with a pong of 127. */
  private static final class Answering implements Framing {
    private static final int PING = 131;
    private static final int PONG = 127;

    @Override
    public State start(boolean dialer, int maxMessage, RandomGenerator masks) {
      return new State() {
        private int got;

        @Override
        public void encode(ByteBuf message, Consumer<ByteBuf> out) {
          out.accept(message);
        }

        @Override
        public void decode(ByteBuf in, Output out) {
          got += in.readableBytes();
          in.skipBytes(in.readableBytes());
          for (; got >= PING; got -= PING) {
            out.answer(Unpooled.buffer(PONG).writeZero(PONG));
          }
        }

        @Override
        public void end() {}
      };
    }
  }
}
