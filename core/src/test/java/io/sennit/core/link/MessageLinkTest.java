package io.sennit.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.loop.HandLoop;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Peer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of a link, over a pipe whose room a test decides about. */
class MessageLinkTest {
  private static final long SECOND = 1_000_000_000L;

  private final HandLoop loop = new HandLoop(0);
  private final Pipe pipe = new Pipe();
  private final Engine engine = new Engine();
  private final List<String> heard = new ArrayList<>();
  private final FabricListener listener =
      new FabricListener() {
        @Override
        public void linkOpened(Peer peer, boolean dialed) {
          heard.add("opened " + peer.address() + " " + dialed);
        }

        @Override
        public void linkClosed(Peer peer, Optional<SennitException> why) {
          heard.add("closed " + why.map(SennitException::what).orElse("cleanly"));
        }
      };

  private MessageLink open(LinkSpec spec) {
    var link = new MessageLink(loop, spec, true, Peer.at(Address.of("b", 1)), pipe, listener);
    pipe.link = link;
    link.handledBy(engine);
    link.open(Peer.at(Address.of("b", 1)));
    return link;
  }

  private static LinkSpec spec() {
    return LinkSpec.of(new Bytes()).withBounds(1 << 20, 1000);
  }

  private static ByteBuf bytes(int count) {
    return Unpooled.buffer(Math.max(1, count)).writeZero(count);
  }

  @Test
  void theBoundIsWhatMayBeQueuedBeforeAWriteNotAfterIt() {
    var link = open(spec());
    pipe.room = 0;
    link.write(bytes(1000)); // exactly the bound: one more may come
    link.write(bytes(5000));
    assertThat(link.queuedBytes()).isEqualTo(6000);
    assertThat(link.isOver()).isFalse();
    link.write(bytes(1));
    loop.runTasks();
    assertThat(engine.closed).hasSize(1);
    assertThat(engine.closed.getFirst()).get().isInstanceOf(DisconnectedException.class);
    assertThat(pipe.resets).isEqualTo(1);
  }

  @Test
  void aPeersEndLeavesTimeForWhatIsQueuedHere() {
    var link = open(spec());
    pipe.room = 300;
    link.write(bytes(1000));
    link.turnEnded();
    link.peerEnded();
    loop.runTasks();
    assertThat(engine.closed).isEmpty();
    for (int i = 0; i < 3; i++) {
      loop.advance(3 * SECOND); // slower than the stall time all in all, but never silent so long
      pipe.room = 300;
      link.bytesLeft();
    }
    loop.runTasks();
    assertThat(pipe.sent).isEqualTo(1000);
    assertThat(pipe.ends).isEqualTo(1);
    assertThat(engine.closed).containsExactly(Optional.empty());
  }

  @Test
  void aPeersEndAndABlockedPipeEndByTheStallTime() {
    var link = open(spec());
    pipe.room = 300;
    link.write(bytes(1000));
    link.turnEnded();
    link.peerEnded();
    loop.advance(6 * SECOND);
    loop.runTasks();
    assertThat(engine.closed).hasSize(1);
    assertThat(engine.closed.getFirst().orElseThrow().what()).startsWith("stalled: 700 bytes");
  }

  @Test
  void aLostConnectionIsACleanEndOnlyAfterACloseThatHadSentAll() {
    var link = open(spec());
    pipe.room = 300;
    link.write(bytes(1000));
    link.close();
    link.lost(reason());
    loop.runTasks();
    assertThat(engine.closed).containsExactly(Optional.of(gone));
  }

  private final DisconnectedException gone = new DisconnectedException("gone", ErrorContext.NONE);

  private DisconnectedException reason() {
    return gone;
  }

  @Test
  void whatAHandlerThrowsEndsTheLinkAndGoesToTheLoopsHook() {
    var link = open(spec());
    engine.fault = new AssertionError("a fault of the engine");
    link.received(bytes(3));
    loop.runTasks();
    assertThat(pipe.unexpected).hasSize(1);
    assertThat(engine.closed.getFirst().orElseThrow().getMessage()).contains("a fault");
  }

  /** It used to leave the turn's end and with it the loop (foundation B1). */
  @Test
  void aPipeThatThrowsWhileSendingEndsItsLinkOnly() {
    var link = open(spec());
    link.write(bytes(10));
    pipe.fault = new OutOfMemoryError("no direct memory");
    link.turnEnded();
    loop.runTasks();
    assertThat(pipe.unexpected).hasSize(1);
    assertThat(engine.closed.getFirst().orElseThrow().getMessage()).contains("no direct memory");
  }

  @Test
  void anExceptionThatCannotSayWhatItIsIsNamedByItsClass() {
    var link = open(spec());
    engine.fault =
        new IllegalStateException() {
          @Override
          public String getMessage() {
            throw new IllegalStateException("no words");
          }
        };
    link.received(bytes(3));
    loop.runTasks();
    assertThat(engine.closed.getFirst().orElseThrow().what()).contains("MessageLinkTest$");
  }

  @Test
  void aManySmallAnswersTakeLittleMoreThanTheirBytes() {
    var queue = new FrameQueue();
    var answers = new ArrayList<ByteBuf>();
    for (int i = 0; i < 10_000; i++) {
      var one = Unpooled.buffer(2).writeByte(i).writeByte(i >> 8);
      answers.add(one);
      queue.addSmall(one);
    }
    assertThat(answers.stream().filter(one -> one.refCnt() > 0).count()).isLessThanOrEqualTo(1);
    var all = ByteBuffer.allocate(20_000);
    assertThat(queue.copyTo(all)).isEqualTo(20_000);
    for (int i = 0; i < 10_000; i++) {
      assertThat(all.get(2 * i)).isEqualTo((byte) i);
      assertThat(all.get(2 * i + 1)).isEqualTo((byte) (i >> 8));
    }
    queue.drop(20_000);
    assertThat(queue.bytes()).isZero();
    assertThat(answers.stream().filter(one -> one.refCnt() > 0)).isEmpty();
  }

  @Test
  void itsListenerHearsOfItsBeginningAndItsEnd() {
    var link = open(spec());
    link.abort(gone);
    loop.runTasks();
    assertThat(heard).containsExactly("opened b:1 true", "closed gone");
  }

  @Test
  void aFabricThatClosesLeavesItTwoSecondsAndThenResetsIt() {
    var link = open(spec());
    pipe.room = 300;
    link.write(bytes(1000));
    link.endWithin(Duration.ofSeconds(2), gone);
    loop.runTasks();
    assertThat(engine.closed).isEmpty();
    loop.advance(2 * SECOND);
    loop.runTasks();
    assertThat(engine.closed).containsExactly(Optional.of(gone));
    assertThat(pipe.resets).isEqualTo(1);
  }

  /** Bytes as they are; the longest rule of none. */
  private static final class Bytes implements Framing {
    @Override
    public State start(boolean dialer, int maxMessage, RandomGenerator masks) {
      return new State() {
        @Override
        public void encode(ByteBuf message, Consumer<ByteBuf> out) {
          out.accept(message);
        }

        @Override
        public void decode(ByteBuf in, Output out) {
          out.message(in.readSlice(in.readableBytes()), true);
        }

        @Override
        public void end() {}
      };
    }
  }

  private static final class Engine implements Link.Handler {
    private final List<Optional<SennitException>> closed = new ArrayList<>();
    private @Nullable Throwable fault;

    @Override
    public void opened(Link link) {}

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      if (fault instanceof Error error) {
        throw error;
      } else if (fault instanceof RuntimeException e) {
        throw e;
      }
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {
      closed.add(why);
    }
  }

  private final class Pipe implements BytePipe {
    private final List<Throwable> unexpected = new ArrayList<>();
    private @Nullable MessageLink link;
    private @Nullable Error fault;
    private long room = Long.MAX_VALUE;
    private long sent;
    private int ends;
    private int resets;

    @Override
    public void send(FrameQueue frames) {
      if (fault != null) {
        throw fault;
      }
      int n = (int) Math.min(room, frames.bytes());
      frames.drop(n);
      room -= n;
      sent += n;
    }

    @Override
    public long underWay() {
      return 0;
    }

    @Override
    public long progress() {
      return sent;
    }

    @Override
    public void flushAtTurnEnd() {}

    @Override
    public void read(boolean on) {}

    @Override
    public void end() {
      ends++;
      Objects.requireNonNull(link).endSaid();
    }

    @Override
    public void reset() {
      resets++;
    }

    @Override
    public void drop() {}

    @Override
    public void later(Runnable task) {
      loop.execute(task);
    }

    @Override
    public void unexpected(String where, Throwable thrown) {
      unexpected.add(thrown);
    }
  }
}
