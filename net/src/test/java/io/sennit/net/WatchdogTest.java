package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.SystemOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** (field F5) A loop that user code blocks was noticed by nobody while it lasted. */
@Timeout(60)
class WatchdogTest {
  private record Said(String loop, Duration sofar, StackTraceElement[] stack) {}

  private final CopyOnWriteArrayList<Said> said = new CopyOnWriteArrayList<>();
  private final NetTransport net =
      new NetTransport(
          SystemOptions.defaults()
              .withLoops(2)
              .withListener(
                  new FabricListener() {
                    @Override
                    public void loopBlocked(
                        String loop, Duration sofar, StackTraceElement[] stack) {
                      said.add(new Said(loop, sofar, stack));
                    }
                  }));

  private static void blocksHere(CountDownLatch end) {
    try {
      assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean shows(Said one) {
    return Arrays.stream(one.stack()).anyMatch(f -> f.getMethodName().equals("blocksHere"));
  }

  @Test
  void aBlockedLoopIsNamedWithItsStackWhileItBlocks() {
    var end = new CountDownLatch(1);
    var loop = net.loop();
    var ended = new AtomicBoolean();
    try (net) {
      loop.execute(() -> blocksHere(end));
      loop.execute(() -> ended.set(true));
      Awaitility.await().until(() -> said.stream().filter(WatchdogTest::shows).count() >= 3);
      assertThat(ended).as("it blocks still").isFalse();
      end.countDown();
      Awaitility.await().until(ended::get);
    }
    var mine = said.stream().filter(WatchdogTest::shows).toList();
    assertThat(mine).allMatch(one -> one.loop().equals(loop.toString()));
    assertThat(mine.getFirst().sofar()).isGreaterThanOrEqualTo(Watchdog.FIRST);
    for (int i = 1; i < mine.size(); i++) {
      assertThat(mine.get(i).sofar())
          .as("twice the first and more")
          .isGreaterThan(Watchdog.FIRST.multipliedBy(1L << i).minusNanos(1));
    }
    assertThat(loop.stats().slowTurns()).isPositive();
    assertThat(loop.stats().longestTurnNanos()).isGreaterThan(Watchdog.FIRST.toNanos());
  }

  @Test
  void closingBehindABlockedLoopIsBounded() {
    var end = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    net.loop()
        .execute(
            () -> {
              begun.countDown();
              blocksHere(end);
            });
    try {
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      long from = System.nanoTime();
      net.close();
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      end.countDown();
    }
  }
}
