package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.SystemOptions;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** (foundation B5) Work that was queued or still ran at the end was never answered. */
@Timeout(60)
class PoolTest {
  private final NetTransport net = new NetTransport(SystemOptions.defaults().withLoops(1));
  private final NetLoop loop = net.own(net.loop());
  private final CountDownLatch end = new CountDownLatch(1);
  private final CopyOnWriteArrayList<String> values = new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<SennitException> reasons = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    end.countDown();
    net.close();
  }

  private Done<String> done() {
    return Done.of(values::add, reasons::add);
  }

  /** Work that no interruption ends. */
  private String stubborn() {
    boolean over = false;
    while (!over) {
      try {
        over = end.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException _) {
        over = false;
      }
    }
    return "late";
  }

  @Test
  void whatWaitsAndWhatDoesNotComeBackIsAnsweredAtTheEnd() throws Exception {
    var pool = new Pool("sennit-test", 1, 10);
    var begun = new CountDownLatch(1);
    pool.start(
        () -> {
          begun.countDown();
          return stubborn();
        },
        loop,
        done());
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    pool.start(() -> "never run", loop, done());
    pool.close();
    Awaitility.await().until(() -> reasons.size() == 1);
    assertThat(reasons.getFirst().what()).contains("closed before this work began");
    pool.awaitEnd(TimeUnit.MILLISECONDS.toNanos(50));
    Awaitility.await().until(() -> reasons.size() == 2);
    assertThat(reasons.getLast().what()).contains("closed while this work ran");
    pool.start(() -> "after the end", loop, done());
    Awaitility.await().until(() -> reasons.size() == 3);
    end.countDown();
    pool.awaitEnd(TimeUnit.SECONDS.toNanos(10));
    assertThat(values).as("an answer after the answer").isEmpty();
  }

  @Test
  void aFullPoolRefusesByName() throws Exception {
    var pool = new Pool("sennit-test", 1, 2);
    try (pool) {
      for (int i = 0; i < 4; i++) {
        pool.start(this::stubborn, loop, done());
      }
      Awaitility.await().until(() -> reasons.size() == 1);
      assertThat(reasons.getFirst()).isInstanceOf(RejectedException.class);
      assertThat(reasons.getFirst().what()).contains("sennit-test is full");
      end.countDown();
      Awaitility.await().until(() -> values.size() == 3);
    }
  }
}
