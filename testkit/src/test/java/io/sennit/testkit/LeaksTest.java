package io.sennit.testkit;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leaks.class)
class LeaksTest {
  @Test
  void aThreadOfOursThatStaysIsNamed() throws InterruptedException {
    var before = Leaks.ours();
    var end = new CountDownLatch(1);
    var thread =
        Thread.ofPlatform()
            .name("sennit-planted")
            .start(
                () -> {
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Leaks.noThreadsBut(before, Duration.ofMillis(300)))
        .withMessageContaining("sennit-planted");
    end.countDown();
    thread.join();
    Leaks.noThreadsBut(before, Duration.ofSeconds(5));
  }

  /** A list of all threads has no virtual ones, so handlers that stayed were seen by nobody. */
  @Test
  void aVirtualThreadOfOursThatStaysIsNamed() throws InterruptedException {
    var end = new CountDownLatch(1);
    var thread = Thread.ofVirtual().name("planted").start(new io.sennit.net.UserTask(end)::run);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Leaks.noVirtualThreads(Duration.ofMillis(300)))
        .withMessageContaining("planted");
    end.countDown();
    thread.join();
    Leaks.noVirtualThreads(Duration.ofSeconds(5));
  }

  @Test
  void aBufferThatIsHeldIsNamed() {
    var buffer = Unpooled.buffer(1);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Leaks.released(List.of(buffer)))
        .withMessageContaining("held 1 times");
    buffer.release();
    Leaks.released(List.of(buffer));
  }
}
