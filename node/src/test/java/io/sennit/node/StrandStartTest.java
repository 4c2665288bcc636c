package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.spi.Fabric;
import io.sennit.testkit.Leaks;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A strand that hangs while it starts hung its node, and nobody was told which. */
@Timeout(60)
@ExtendWith(Leaks.class)
class StrandStartTest {
  private static final Duration LIMIT = Duration.ofMillis(50);

  private final List<String> said = new CopyOnWriteArrayList<>();

  private static StrandContext nothing() {
    return (StrandContext)
        Proxy.newProxyInstance(
            StrandContext.class.getClassLoader(),
            new Class<?>[] {StrandContext.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Test
  void aStrandThatHangsIsNamedAndInterrupted() {
    var interrupted = new AtomicBoolean();
    var trial = new Trial("sleepy", said);
    trial.begin =
        context -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.set(true);
          }
          throw new IllegalStateException("given up");
        };
    try (var fabric = Fabric.system()) {
      assertThatThrownBy(() -> new Strands(fabric).start(trial, nothing(), LIMIT, verb -> {}))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("strand sleepy did not start within 50 ms");
      Awaitility.await().untilTrue(interrupted);
    }
  }

  @Test
  void whatComesUpTooLateIsClosed() {
    var go = new CountDownLatch(1);
    var trial = new Trial("late", said);
    trial.begin =
        context -> {
          while (go.getCount() > 0) {
            try {
              go.await();
            } catch (InterruptedException e) {
              said.add("interrupted");
            }
          }
          return "here";
        };
    try (var fabric = Fabric.system()) {
      var strands = new Strands(fabric);
      assertThatThrownBy(() -> strands.start(trial, nothing(), LIMIT, verb -> {}))
          .isInstanceOf(DeadlineExceededException.class);
      go.countDown();
      Awaitility.await().until(() -> said.contains("close late"));
      assertThat(strands.health()).isEmpty();
    }
  }
}
