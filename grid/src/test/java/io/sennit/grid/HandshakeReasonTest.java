package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.spi.Peer;
import io.sennit.grid.testing.TestGrid;
import io.sennit.grid.wire.DialRule;
import io.sennit.grid.wire.Extensions;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.SocketWorld;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leaks.class)
class HandshakeReasonTest {
  /** Lets the HTTP header pass and refuses the token in the handshake. */
  private static final class OnSecondThought implements Authenticator {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public String token(String remote) {
      return TestGrid.DEBUG.token(remote);
    }

    @Override
    public void check(String token, Peer peer) {
      if (asked.incrementAndGet() % 2 == 0) {
        throw new RejectedException("a secret reason", ErrorContext.NONE);
      }
    }
  }

  @Test
  @Timeout(60)
  void whyATokenIsWrongStaysHere() {
    var world = new SocketWorld();
    try (var a = manager(world, "a");
        var b = manager(world, "b")) {
      var there = a.add(b.hostName());
      var back = b.add(a.hostName());
      boolean aDials = DialRule.dials(a.hostName(), b.hostName());
      var dialing = aDials ? there : back;
      world.await("refused", () -> dialing.lastError().isPresent());
      assertThat(dialing.lastError().orElseThrow())
          .hasMessageContaining("not authorized")
          .hasMessageNotContaining("secret");
      assertThat((aDials ? b : a).refusals()).isPositive();
    }
    world.close();
  }

  @Test
  void aWindowOfNothingFallsBackToItems() {
    var ours = Extensions.offer(1024, 4096);
    assertThat(ours.with(Extensions.offer(0, 4096)).has(Extensions.BYTE_CREDITS)).isFalse();
    assertThat(ours.with(ours).has(Extensions.BYTE_CREDITS)).isTrue();
  }

  private static Manager manager(SocketWorld world, String node) {
    return Manager.builder()
        .fabric(world.node(node))
        .listen(world.at(node))
        .auth(new OnSecondThought())
        .start();
  }
}
