package io.sennit.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sennit.core.loop.Outbox.Offer;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OutboxTest {
  private static final class Item extends Outbox.Node {
    final int producer;
    final int number;

    Item(int producer, int number) {
      this.producer = producer;
      this.number = number;
    }
  }

  private final HandLoop loop = new HandLoop(0);
  private final List<Integer> seen = new ArrayList<>();
  private int max = Integer.MAX_VALUE;
  private final Outbox<Item> outbox = new Outbox<>(loop, 100, this::drain);

  private void drain() {
    int unused = outbox.drain(max, item -> seen.add(item.number));
  }

  @Test
  void keepsOrderAndWakesOnce() {
    for (int i = 0; i < 5; i++) {
      assertThat(outbox.offer(new Item(0, i), 1)).isEqualTo(Offer.TAKEN);
    }
    assertThat(loop.tasks).hasSize(1);
    assertThat(outbox.queuedBytes()).isEqualTo(5);
    assertThat(loop.runTasks()).isEqualTo(1);
    assertThat(seen).containsExactly(0, 1, 2, 3, 4);
    assertThat(outbox.queuedBytes()).isZero();
    assertThat(outbox.offer(new Item(0, 5), 1)).isEqualTo(Offer.TAKEN);
    assertThat(loop.runTasks()).isEqualTo(1);
    assertThat(seen).endsWith(5);
  }

  /** A drain that took its share once left the very last item without a wake-up. */
  @Test
  void whatADrainLeavesBehindIsComeBackFor() {
    for (int left = 1; left <= 5; left++) {
      seen.clear();
      max = left;
      for (int i = 0; i < 7; i++) {
        outbox.offer(new Item(0, i), 0);
      }
      int wakes = loop.runTasks();
      assertThat(seen).as("drain(%d)", left).containsExactly(0, 1, 2, 3, 4, 5, 6);
      assertThat(wakes).isLessThanOrEqualTo(7 / left + 1);
    }
  }

  @Test
  void aDrainThatTookAllDoesNotWakeTheLoopAgain() {
    max = 3;
    for (int i = 0; i < 3; i++) {
      outbox.offer(new Item(0, i), 0);
    }
    assertThat(loop.runTasks()).isEqualTo(1);
  }

  @Test
  void aSinkThatThrowsLosesOnlyItsOwnItem() {
    var taken = new ArrayList<Integer>();
    var boxes = new ArrayList<Outbox<Item>>();
    boxes.add(
        new Outbox<>(
            loop,
            100,
            () -> {
              int unused =
                  boxes
                      .getFirst()
                      .drain(
                          10,
                          item -> {
                            if (item.number == 0) {
                              throw new IllegalStateException("planted");
                            }
                            taken.add(item.number);
                          });
            }));
    for (int i = 0; i < 3; i++) {
      boxes.getFirst().offer(new Item(0, i), 10);
    }
    assertThatIllegalStateException().isThrownBy(loop::runTasks);
    loop.runTasks();
    assertThat(taken).containsExactly(1, 2);
    assertThat(boxes.getFirst().queuedBytes()).isZero();
  }

  @Test
  void theBoundIsInBytes() {
    assertThat(outbox.offer(new Item(0, 0), 60)).isEqualTo(Offer.TAKEN);
    assertThat(outbox.offer(new Item(0, 1), 60)).isEqualTo(Offer.TAKEN); // began below the bound
    assertThat(outbox.offer(new Item(0, 2), 1)).isEqualTo(Offer.FULL);
    assertThat(outbox.offer(new Item(0, 3), 0)).isEqualTo(Offer.TAKEN); // cancels always go in
    loop.runTasks();
    assertThat(seen).containsExactly(0, 1, 3);
    assertThat(outbox.offer(new Item(0, 4), 1)).isEqualTo(Offer.TAKEN);
  }

  @Test
  void closedRefusesAndStillDrains() {
    outbox.offer(new Item(0, 0), 1);
    outbox.close();
    assertThat(outbox.isClosed()).isTrue();
    assertThat(outbox.offer(new Item(0, 1), 1)).isEqualTo(Offer.CLOSED);
    loop.runTasks();
    assertThat(seen).containsExactly(0);
    assertThat(outbox.queuedBytes()).isZero();
  }

  @Test
  void aDrainedNodeMayBeOfferedAgainAtOnce() {
    var item = new Item(0, 7);
    var rounds = new AtomicInteger();
    var boxes = new ArrayList<Outbox<Item>>();
    boxes.add(
        new Outbox<>(
            loop,
            100,
            () -> {
              int unused =
                  boxes
                      .getFirst()
                      .drain(
                          10,
                          node -> {
                            seen.add(node.number);
                            if (node == item && rounds.incrementAndGet() < 50) {
                              boxes.getFirst().offer(node, 3);
                            }
                          });
            }));
    boxes.getFirst().offer(item, 3);
    boxes.getFirst().offer(new Item(0, 8), 3);
    loop.runTasks();
    assertThat(seen).hasSize(51).containsOnlyOnce(8);
    assertThat(boxes.getFirst().queuedBytes()).isZero();
  }

  /** A node that lives on (an open stream) once kept all later ones reachable. */
  @Test
  void aDrainedNodeDoesNotHoldItsSuccessors() {
    var longLived = new Item(0, 0);
    outbox.offer(longLived, 0);
    var later = new WeakReference<>(offerOne(1));
    offerOne(2);
    loop.runTasks();
    seen.clear();
    for (int i = 0; i < 100 && later.get() != null; i++) {
      System.gc();
    }
    assertThat(later.get()).isNull();
    assertThat(longLived.number).isZero();
  }

  private Item offerOne(int number) {
    var item = new Item(0, number);
    outbox.offer(item, 0);
    return item;
  }

  /** Real threads: nothing lost, nothing twice, order of each producer kept, no wake-up missed. */
  @Test
  @Timeout(60)
  void manyProducersOneConsumer() throws InterruptedException {
    int producers = 4;
    int each = 200_000;
    var next = new int[producers];
    var done = new CountDownLatch(producers * each);
    var wrong = new AtomicInteger();
    try (var thread = new QueueLoop()) {
      var box = new ArrayList<Outbox<Item>>();
      box.add(
          new Outbox<>(
              thread,
              Long.MAX_VALUE,
              () -> {
                int unused =
                    box.getFirst()
                        .drain(
                            64,
                            item -> {
                              if (next[item.producer]++ != item.number) {
                                wrong.incrementAndGet();
                              }
                              done.countDown();
                            });
              }));
      var threads = new ArrayList<Thread>();
      for (int p = 0; p < producers; p++) {
        int producer = p;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < each; i++) {
                        box.getFirst().offer(new Item(producer, i), 1);
                        if ((i & 63) == 0) {
                          Thread.yield(); // lets the queue run empty: the wake-up's hour
                        }
                      }
                    }));
      }
      for (var producer : threads) {
        producer.join();
      }
      assertThat(done.await(30, TimeUnit.SECONDS)).as("no wake-up is lost").isTrue();
      assertThat(wrong).hasValue(0);
      assertThat(box.getFirst().queuedBytes()).isZero();
    }
  }
}
