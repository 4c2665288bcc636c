package io.sennit.core.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a fabric closes what was opened through it. */
@Timeout(60)
class SystemFabricTest {
  private final FabricListener throwing =
      new FabricListener() {
        @Override
        public void acceptResumed(io.sennit.core.Address at) {
          throw new IllegalStateException("meant by this test");
        }
      };
  private final Fabric fabric =
      Fabric.system(SystemOptions.defaults().withData(Path.of("nowhere")).withListener(throwing));
  private final Loop loop = fabric.loop();

  @BeforeEach
  void fresh() {
    SlowProviders.OPENING.clear();
    SlowProviders.EVENTS.clear();
    SlowProviders.closing = new CountDownLatch(0);
    SlowProviders.mayClose = new CountDownLatch(0);
  }

  private static SlowProviders.Asked ask(Fabric fabric, Loop loop) {
    var asked = new SlowProviders.Asked();
    fabric.store(loop, "s", asked);
    return asked;
  }

  /** The provider answers the next opening. */
  private void opens(String name) {
    var done = SlowProviders.OPENING.remove();
    loop.execute(() -> done.ok(SlowProviders.store(name)));
  }

  /** (foundation B12) They were closed one after another, each with ten seconds of its own. */
  @Test
  void storesAndCandidaciesAreClosedSideBySide() {
    for (int i = 0; i < 3; i++) {
      var asked = ask(fabric, loop);
      opens("store" + i);
      Awaitility.await().until(() -> asked.store != null);
    }
    fabric.campaign(loop, "role", "me", new Never());
    SlowProviders.closing = new CountDownLatch(4);
    SlowProviders.mayClose = new CountDownLatch(1);
    var opener = Thread.ofPlatform().start(() -> openWhenAllAreClosing());
    fabric.close();
    assertThat(opener.isAlive()).isFalse();
    assertThat(SlowProviders.EVENTS)
        .contains("store0 closed", "store1 closed", "store2 closed", "candidate closed")
        .last()
        .isEqualTo("transport closed");
  }

  private static void openWhenAllAreClosing() {
    try {
      if (SlowProviders.closing.await(30, TimeUnit.SECONDS)) {
        SlowProviders.mayClose.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aStoreThatDoesNotCloseIsNotWaitedForWithoutBound() {
    var asked = ask(fabric, loop);
    opens("stuck");
    Awaitility.await().until(() -> asked.store != null);
    SlowProviders.mayClose = new CountDownLatch(1);
    long from = System.nanoTime();
    fabric.close();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(9));
    assertThat(SlowProviders.EVENTS).containsExactly("transport closed");
    SlowProviders.mayClose.countDown();
  }

  /** (foundation B4) It was kept open, and its lock with it, until the process ended. */
  @Test
  void aStoreThatComesWhileTheFabricClosesIsClosedAndNotGivenOut() {
    var asked = ask(fabric, loop);
    var closer = Thread.ofPlatform().start(fabric::close);
    Awaitility.await()
        .until(() -> closer.getState() == Thread.State.TIMED_WAITING); // for this opening
    opens("late");
    Awaitility.await().until(() -> !closer.isAlive());
    assertThat(asked.store).isNull();
    assertThat(asked.why).hasMessageContaining("fabric was closed");
    assertThat(SlowProviders.EVENTS).containsExactly("late closed", "transport closed");
  }

  @Test
  void whatIsAskedAfterTheCloseIsAnswered() {
    fabric.close();
    var asked = ask(fabric, loop);
    assertThat(asked.why).hasMessageContaining("fabric was closed");
    assertThat(SlowProviders.OPENING).isEmpty();
    fabric.campaign(loop, "role", "me", new Never()).close();
    assertThat(SlowProviders.EVENTS).containsExactly("transport closed");
    fabric.close();
  }

  private static final class Never implements Leadership {
    @Override
    public void leading(long epoch) {
      throw new IllegalStateException("leading");
    }

    @Override
    public void lost() {
      throw new IllegalStateException("lost");
    }
  }
}
