package io.sennit.session;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import io.sennit.core.RejectedException;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue that never makes its producer wait. */
class NonBlockingQueueTest {
  private final Simulation simulation = Simulation.of(1);

  private NonBlockingQueue<Integer> queue(int capacity, long bytes) {
    var node = simulation.node("a");
    return new NonBlockingQueue<>(capacity, bytes, node.loop(), node.runner());
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  /** The original's own case: base 2, doubled three times, nobody reads. */
  @Test
  @Row({"SE-queue-channel", "SE-queue-push", "SE-T-queue"})
  void growthRefusalAndFullDrain() {
    var queue = queue(NonBlockingQueue.capacity(2, 3), 1_000);
    for (int i = 1; i <= 17; i++) {
      queue.push(i, 1);
    }
    assertThatThrownBy(() -> queue.push(18, 1))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("queue is at maximum capacity");
    var drained = new ArrayList<Integer>();
    for (var item = queue.poll(); item.isPresent(); item = queue.poll()) {
      drained.add(item.get());
    }
    assertThat(drained).hasSize(17).isSorted();
    assertThat(queue.size()).isZero();
    assertThat(queue.bytes()).isZero();
    assertThat(queue.counts()).isEqualTo(new NonBlockingQueue.Counts(17, 1, 0));
  }

  /** (sessions weakness 4) The original bounds items at 163 million and bytes not at all. */
  @Test
  @Row("SE-W4")
  void bytesAreBoundedToo() {
    var queue = queue(100, 10);
    assertThat(queue.offer(1, 25)).as("a first item may be longer").isTrue();
    assertThat(queue.offer(2, 1)).isFalse();
    assertThat(queue.poll()).contains(1);
    assertThat(queue.offer(3, 6)).isTrue();
    assertThat(queue.offer(4, 5)).isFalse();
    assertThat(queue.offer(5, 4)).isTrue();
    assertThat(queue.bytes()).isEqualTo(10);
    assertThat(queue.dropOldest()).contains(3);
    assertThat(queue.counts()).isEqualTo(new NonBlockingQueue.Counts(3, 2, 1));
    assertThatThrownBy(() -> queue(0, 1)).isInstanceOf(ConfigException.class);
  }

  /** (sessions weakness 5) The original chooses at random between the end and what is queued. */
  @Test
  @Row("SE-W5")
  void whatIsQueuedComesBeforeTheEnd() {
    var queue = queue(10, 100);
    queue.push(1, 1);
    queue.push(2, 1);
    queue.close();
    assertThat(queue.offer(3, 1)).isFalse();
    simulation.run(
        () -> {
          try {
            assertThat(queue.take(within(Duration.ofSeconds(1)))).contains(1);
            assertThat(queue.isEnded()).isFalse();
            assertThat(queue.take(within(Duration.ofSeconds(1)))).contains(2);
            assertThat(queue.take(within(Duration.ofDays(1)))).isEmpty();
            assertThat(queue.isEnded()).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(simulation.time()).isLessThan(Duration.ofHours(1));
  }

  @Test
  @Row("SE-queue-channel")
  void takingWaitsForAnItemOrItsTime() {
    var queue = queue(10, 100);
    var taken = simulation.start("taker", () -> queue.take(within(Duration.ofSeconds(5))));
    simulation.run(Duration.ofSeconds(2));
    assertThat(taken.isDone()).isFalse();
    queue.push(7, 1);
    simulation.run(Duration.ofMillis(10));
    assertThat(taken.result()).contains(7);
    var late = simulation.start("late", () -> queue.take(within(Duration.ofSeconds(5))));
    simulation.run(Duration.ofSeconds(6));
    assertThat(late.result()).isEqualTo(Optional.empty());
    assertThat(queue.isEnded()).isFalse();
  }
}
