package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.SystemOptions;
import io.sennit.testkit.LengthFraming;
import io.sennit.testkit.Recorder;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop outlives what happens on it, and if it ends all the same, everybody is told. */
@Timeout(60)
class LoopSurvivalTest {
  /** An exception that a logger cannot print. */
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("meant by this test: a message that throws");
    }
  }

  private final AtomicInteger failed = new AtomicInteger();
  private final CopyOnWriteArrayList<String> ended = new CopyOnWriteArrayList<>();
  private final NetTransport net =
      new NetTransport(
          SystemOptions.defaults()
              .withLoops(1)
              .withListener(
                  new FabricListener() {
                    @Override
                    public void loopFailed(String loop, Throwable why) {
                      failed.incrementAndGet();
                      throw new Unspeakable(); // a listener is user code too
                    }

                    @Override
                    public void loopEnded(String loop, Throwable why) {
                      ended.add(loop + ": " + why.getMessage());
                    }
                  }));
  private final NetLoop loop = net.own(net.loop());
  private final AtomicReference<@Nullable SennitException> unbound = new AtomicReference<>();

  @AfterEach
  void close() {
    net.close();
  }

  private void stillRuns() {
    var ran = new AtomicInteger();
    loop.execute(() -> loop.timer(ran::incrementAndGet).arm(1_000_000));
    Awaitility.await().until(() -> ran.get() == 1);
  }

  /** (foundation B1) Running out of memory in a flush ended the thread; nobody was told. */
  @Test
  void aFlushThatThrowsEndsItsWriterAlone() {
    var lost = new CopyOnWriteArrayList<Throwable>();
    var written = new AtomicInteger();
    loop.execute(
        () -> {
          for (int i = 0; i < 100; i++) {
            loop.flushAtTurnEnd(
                new TurnEnds.Writer() {
                  @Override
                  public void turnEnded() {
                    throw new OutOfMemoryError("meant by this test");
                  }

                  @Override
                  public void lost(Throwable cause) {
                    lost.add(cause);
                    throw new Unspeakable();
                  }
                });
            loop.flushAtTurnEnd(
                new TurnEnds.Writer() {
                  @Override
                  public void turnEnded() {
                    written.incrementAndGet();
                  }

                  @Override
                  public void lost(Throwable cause) {
                    written.set(Integer.MIN_VALUE);
                  }
                });
          }
        });
    Awaitility.await().until(() -> lost.size() == 100 && written.get() == 100);
    assertThat(lost).allMatch(OutOfMemoryError.class::isInstance);
    stillRuns();
    assertThat(loop.stats().failures()).isEqualTo(200);
    assertThat(failed).hasValue(200);
  }

  /** Handlers that throw the worst, at each event. */
  private static final class Bad extends Recorder {
    private final String where;

    Bad(String where) {
      this.where = where;
    }

    private void at(String event) {
      if (where.equals(event)) {
        throw new Unspeakable();
      }
    }

    @Override
    public void opened(Link link) {
      super.opened(link);
      at("opened");
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      super.message(link, part, last);
      at("message");
    }

    @Override
    public void batchEnd(Link link) {
      super.batchEnd(link);
      at("batchEnd");
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {
      super.closed(link, why);
      at("closed");
    }
  }

  private Address listen(Links.Acceptor acceptor) {
    var bound = new AtomicReference<Address>();
    net.links()
        .listen(
            loop,
            Address.of("127.0.0.1", 0),
            LinkSpec.of(new LengthFraming()),
            acceptor,
            Done.of(listener -> bound.set(listener.address()), unbound::set));
    Awaitility.await().until(() -> bound.get() != null);
    return Objects.requireNonNull(bound.get());
  }

  private Links.Acceptor taking(Link.Handler handler) {
    return new Links.Acceptor() {
      @Override
      public Loop place() {
        return loop;
      }

      @Override
      public Link.Handler accept(Link link) {
        return handler;
      }
    };
  }

  /** (field F1) What a handler throws ends its own link, whatever it is. */
  @Test
  void aHandlerThatThrowsTheWorstEndsItsLinkAlone() {
    var good = new Recorder();
    var dialed = new Recorder();
    var at = listen(taking(good));
    net.links().dial(loop, at, LinkSpec.of(new LengthFraming()), dialed);
    Awaitility.await().until(() -> dialed.hasOpened() && good.hasOpened());
    for (var where : new String[] {"opened", "message", "batchEnd", "closed"}) {
      var bad = new Bad(where);
      var to = listen(taking(bad));
      var other = new Recorder();
      net.links().dial(loop, to, LinkSpec.of(new LengthFraming()), other);
      Awaitility.await().until(() -> other.hasOpened());
      loop.execute(
          () -> {
            other.link().write(Unpooled.buffer().writeZero(10));
            if (where.equals("closed")) {
              other.link().close();
            }
          });
      Awaitility.await(where).until(() -> bad.hasClosed() && other.hasClosed());
      if (!where.equals("closed")) {
        assertThat(bad.why().orElseThrow().toString()).contains(Unspeakable.class.getName());
      }
    }
    loop.execute(() -> dialed.link().write(Unpooled.buffer().writeZero(7)));
    Awaitility.await().until(() -> good.messages().size() == 1);
    assertThat(good.hasClosed()).isFalse();
    stillRuns();
  }

  @Test
  void anAcceptorThatThrowsTheWorstHarmsNobodyElse() {
    var at =
        listen(
            new Links.Acceptor() {
              @Override
              public Loop place() {
                throw new Unspeakable();
              }

              @Override
              public Link.Handler accept(Link link) {
                throw new Unspeakable();
              }
            });
    for (int i = 0; i < 5; i++) {
      var dialed = new Recorder();
      net.links().dial(loop, at, LinkSpec.of(new LengthFraming()), dialed);
      Awaitility.await().until(dialed::hasClosed);
    }
    stillRuns();
    var good = new Recorder();
    var dialed = new Recorder();
    net.links().dial(loop, listen(taking(good)), LinkSpec.of(new LengthFraming()), dialed);
    Awaitility.await().until(() -> dialed.hasOpened() && good.hasOpened());
  }

  /** (foundation B1) Links on a loop that ended were never told, and nothing after it was. */
  @Test
  void aLoopThatEndsAllTheSameTellsEverybody() {
    var accepted = new Recorder();
    var dialed = new Recorder();
    var at = listen(taking(accepted));
    net.links().dial(loop, at, LinkSpec.of(new LengthFraming()), dialed);
    Awaitility.await().until(() -> dialed.hasOpened() && accepted.hasOpened());
    loop.events().shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
    Awaitility.await().until(() -> dialed.hasClosed() && accepted.hasClosed());
    assertThat(dialed.why().orElseThrow().what()).contains("sennit-loop-0 has ended");
    Awaitility.await().until(() -> ended.size() == 1);
    assertThat(ended.getFirst()).startsWith("sennit-loop-0: ");

    var late = new Recorder();
    net.links().dial(loop, at, LinkSpec.of(new LengthFraming()), late);
    Awaitility.await().until(late::hasClosed);
    assertThat(late.why().orElseThrow().what()).contains("sennit-loop-0 has ended");
    assertThat(late.wrongs()).isEmpty();

    var work = new CopyOnWriteArrayList<String>();
    loop.execute(() -> loop.offload(() -> "done", Done.of(work::add, why -> work.add("failed"))));
    Awaitility.await().until(() -> work.size() == 1);
    assertThat(work).containsExactly("done");
  }
}
