package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Outbox;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Store;
import io.sennit.testkit.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * How a fabric ends: what was written leaves, and everything that was asked is answered, also what
 * is asked during the end and after it.
 */
public abstract class LifecycleContract extends LinkTests {
  private static final Duration A_WHILE = Duration.ofMillis(100);

  /** Whether nodes have stores and a leadership service. */
  protected boolean hasStores() {
    return false;
  }

  /** One of everything that a fabric can be asked for. */
  private final class Asked {
    final Recorder dialed = recorder();
    final Answer<Links.Listener> listener = new Answer<>();
    final Answer<List<Endpoint>> name = new Answer<>();
    final Answer<List<Endpoint>> literal = new Answer<>();
    final Answer<Datagrams.Socket> socket = new Answer<>();
    final Answer<String> work = new Answer<>();
    final Answer<Store> store = new Answer<>();
    final AtomicInteger ran = new AtomicInteger();

    Asked(Fabric fabric, Loop loop, Address to) {
      fabric.links().dial(loop, to, plain(), dialed);
      fabric.links().listen(loop, world.at("a"), plain(), on(loop, _ -> recorder()), listener);
      fabric.names().resolve(loop, "nobody.invalid:7400", false, name);
      fabric.names().resolve(loop, "10.1.2.3:7400", false, literal);
      fabric.datagrams().bind(loop, world.at("a"), 1000, 10_000, new Silent(), socket);
      loop.execute(
          () -> {
            ran.incrementAndGet();
            loop.offload(() -> "done", work);
          });
      if (hasStores()) {
        fabric.store(loop, "asked", store);
      }
    }

    private List<Answer<?>> answers() {
      var all = new ArrayList<Answer<?>>(List.of(listener, name, literal, socket, work));
      if (hasStores()) {
        all.add(store);
      }
      return all;
    }

    void awaitAnswers() {
      world.await("the task to run", () -> ran.get() == 1);
      world.await("the dialed link's end", dialed::hasClosed);
      for (var one : answers()) {
        world.await("answer " + answers().indexOf(one), () -> one.answers() > 0);
      }
      world.elapse(A_WHILE);
      for (var one : answers()) {
        assertThat(one.answers()).as("answer %s", answers().indexOf(one)).isEqualTo(1);
      }
    }
  }

  private static final class Silent implements Datagrams.Handler {
    @Override
    public void packet(Endpoint from, ByteBuf packet) {}

    @Override
    public void failed(SennitException why) {}
  }

  private Links.Listener peer() {
    return listen(plain(), on(world.node("b").loop(), _ -> recorder()));
  }

  /** (foundation B5) A dial was never ended, work never answered, an offer taken and forgotten. */
  @Test
  void whatIsAskedAfterTheEndIsAnsweredWithTheEnd() {
    var to = peer().address();
    var a = world.node("a");
    var loop = a.loop();
    a.close();
    world.elapse(A_WHILE);
    var asked = new Asked(a, loop, to);
    asked.awaitAnswers();
    assertThat(asked.dialed.hasOpened()).isFalse();
    assertThat(asked.dialed.why().orElseThrow().what()).contains("closed");
    for (var one : asked.answers()) {
      assertThat(one.why().what()).contains("closed");
    }
  }

  /** (foundation B4, B5) The same for what is under way when the end comes, at ten moments. */
  @Test
  void whatIsAskedDuringTheEndIsAnswered() {
    var to = peer().address();
    for (int i = 0; i < 10; i++) {
      var a = world.node("a" + i);
      var asked = new Asked(a, a.loop(), to);
      if (i > 0) {
        world.elapse(Duration.ofMillis(i));
      }
      a.close();
      asked.awaitAnswers();
    }
  }

  @Test
  void aFabricMayBeClosedOnItsLoopAndAskedInTheSameTask() {
    var to = peer().address();
    var a = world.node("a");
    var loop = a.loop();
    var asked = new CopyOnWriteArrayList<Asked>();
    loop.execute(
        () -> {
          asked.add(new Asked(a, loop, to));
          a.close();
          asked.add(new Asked(a, loop, to));
          a.close();
        });
    world.await("asked twice", () -> asked.size() == 2);
    asked.forEach(Asked::awaitAnswers);
    assertThat(asked.get(1).dialed.hasOpened()).isFalse();
  }

  @Test
  void tasksGivenAfterTheEndRunInOrderAndOnTheLoop() {
    var a = world.node("a");
    var loop = a.loop();
    a.close();
    world.elapse(A_WHILE);
    var ran = new CopyOnWriteArrayList<Integer>();
    for (int i = 0; i < 500; i++) {
      int n = i;
      loop.execute(
          () -> {
            if (!loop.inLoop()) {
              wrongs.add("a task off the loop");
            }
            loop.atTurnEnd(() -> {});
            loop.timer(() -> wrongs.add("a timer after the end")).arm(1);
            ran.add(n);
          });
    }
    world.await("all tasks", () -> ran.size() == 500);
    assertThat(ran).isSorted();
    world.elapse(A_WHILE);
  }

  @Test
  void timersAreSilentAfterTheEnd() {
    var a = world.node("a");
    var loop = a.loop();
    var armed = new AtomicBoolean();
    var ended = new AtomicBoolean();
    loop.execute(
        () -> {
          var timers = new ArrayList<Loop.Timer>();
          timers.add(
              loop.timer(
                  () -> {
                    if (ended.get()) {
                      wrongs.add("a timer after the end");
                    }
                    timers.getFirst().arm(1_000_000);
                  }));
          timers.getFirst().arm(1_000_000);
          armed.set(true);
        });
    world.await("armed", armed::get);
    a.close();
    world.elapse(Duration.ofSeconds(1));
    ended.set(true);
    world.elapse(A_WHILE);
  }

  private static final class Item extends Outbox.Node {}

  /** (foundation B5) Every offer but the first was taken after the end, and never drained. */
  @Test
  void offersAfterTheEndAreDrained() {
    var a = world.node("a");
    var loop = a.loop();
    a.close();
    world.elapse(A_WHILE);
    var drained = new AtomicInteger();
    var boxes = new ArrayList<Outbox<Item>>();
    var box =
        new Outbox<Item>(
            loop, 1000, () -> boxes.getFirst().drain(10, _ -> drained.incrementAndGet()));
    boxes.add(box);
    for (int i = 0; i < 30; i++) {
      assertThat(box.offer(new Item(), 1)).isEqualTo(Outbox.Offer.TAKEN);
    }
    world.await("all offers", () -> drained.get() == 30);
    assertThat(box.queuedBytes()).isZero();
  }

  /** (foundation B13) The last word was lost in a reset on sockets, and arrived in a simulation. */
  @Test
  void closingSendsWhatWasWrittenAndEndsThePeerCleanly() {
    var ends = open(plain());
    var a = world.node("a");
    on(
        ends.dialer(),
        link -> {
          link.write(message(pattern(300_000, 1)));
          a.close();
        });
    awaitClosed(ends.dialer(), ends.listener());
    assertThat(ends.listener().messages()).hasSize(1);
    assertThat(ends.listener().messages().getFirst()).isEqualTo(pattern(300_000, 1));
    assertThat(ends.listener().why()).isEmpty();
    assertThat(ends.dialer().why().orElseThrow().what()).contains("closed");
  }

  /** A peer that does not read must not hold the close up. */
  @Test
  void aPeerThatDoesNotReadIsCutOff() {
    var listener = recorder().whenOpened(link -> link.read(false));
    var ends = open(plain().withBounds(1 << 20, 64 << 20), recorder(), listener);
    var filled = new AtomicBoolean();
    on(
        ends.dialer(),
        link -> {
          for (int i = 0; i < 40; i++) {
            link.write(message(pattern(1 << 20, i)));
          }
          filled.set(true);
        });
    world.await("much queued", filled::get);
    long from = System.nanoTime();
    world.node("a").close();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
    awaitClosed(ends.dialer());
    assertThat(ends.dialer().why()).isPresent();
  }

  @Test
  void userCodeIsInterruptedAndWhatStartsAfterTheEndIsCancelled() {
    var a = world.node("a");
    var begun = new AtomicBoolean();
    var ended = new AtomicBoolean();
    var runner = a.runner();
    runner.start(
        "waits",
        () -> {
          begun.set(true);
          while (!Thread.currentThread().isInterrupted()) {
            runner.park();
          }
          ended.set(true);
        });
    world.await("user code", begun::get);
    a.close();
    world.await("the interruption", ended::get);
    var late = runner.start("late", () -> wrongs.add("user code after the end"));
    assertThat(late.isCancelled()).isTrue();
    world.elapse(A_WHILE);
  }

  @Test
  void aLeaderIsToldThatItLeadsNoLonger() {
    if (!hasStores()) {
      return;
    }
    var a = world.node("a");
    var told = new CopyOnWriteArrayList<String>();
    var leadership =
        new Leadership() {
          @Override
          public void leading(long epoch) {
            told.add("leading");
          }

          @Override
          public void lost() {
            told.add("lost");
          }
        };
    a.campaign(a.loop(), "role", "a", leadership);
    world.await("a leader", () -> told.contains("leading"));
    a.close();
    world.await("its end", () -> told.contains("lost"));
    a.campaign(a.loop(), "role", "late", leadership).close();
    world.elapse(Duration.ofSeconds(3));
    assertThat(told).containsExactly("leading", "lost");
  }

  /** (foundation B9) Both looked, both bound, and one failed; so did one after a close. */
  @Test
  protected void pathsListenedAtOnceShareThePortAlsoRightAfterAClose() {
    var before = peer();
    var at = before.address();
    var b = world.node("b");
    for (int round = 0; round < 5; round++) {
      var answers = new ArrayList<Answer<Links.Listener>>();
      before.close();
      for (int i = 0; i < 4; i++) {
        var answer = new Answer<Links.Listener>();
        var loop = b.loop();
        answers.add(answer);
        b.links().listen(loop, at, path("/" + i), on(loop, _ -> recorder()), answer);
      }
      world.await("four answers", () -> answers.stream().allMatch(one -> one.answers() == 1));
      for (var one : answers) {
        assertThat(one.value().address()).isEqualTo(at);
      }
      answers.subList(1, 4).forEach(one -> one.value().close());
      before = answers.getFirst().value();
    }
  }

  private static LinkSpec path(String path) {
    return plain().withOpening(new Opening.Answer(path, (_, _) -> {}));
  }
}
