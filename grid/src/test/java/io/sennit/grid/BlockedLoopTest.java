package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Within;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.SocketWorld;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** (field F5) A manager closed behind a loop that user code blocked waited for ever. */
@ExtendWith(Leaks.class)
class BlockedLoopTest {
  @Test
  @Timeout(90)
  void closingAManagerBehindABlockedLoopIsBounded() throws Exception {
    var world = new SocketWorld();
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var a = manager(world, "a");
        var b = manager(world, "b")) {
      b.registerSingleInline(
          7,
          (request, caller) -> {
            begun.countDown();
            end.await(60, TimeUnit.SECONDS);
            return request;
          });
      var there = a.add(b.hostName());
      b.add(a.hostName());
      there.waitForConnect(new Within(Duration.ofSeconds(20)));
      var call = there.callAsync(7, new byte[1], new Within(Duration.ofSeconds(60)));
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      long from = System.nanoTime();
      b.close();
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
      end.countDown();
      world.await("the call's end", call::isDone);
    } finally {
      end.countDown();
      world.close();
    }
  }

  private static Manager manager(SocketWorld world, String node) {
    return Manager.builder()
        .fabric(world.node(node))
        .listen(world.at(node))
        .auth(TestGrid.DEBUG)
        .start();
  }
}
