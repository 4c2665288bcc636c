package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.Within;
import io.sennit.grid.testing.TestGrid;
import io.sennit.grid.wire.DialRule;
import io.sennit.sim.proxy.Disturbance;
import io.sennit.sim.proxy.TcpProxy;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A large payload on a path that carries 20 MB a second, and small calls beside it. */
@ExtendWith(Leaks.class)
@Timeout(60)
class PartsOnAPathTest {
  private static final int SPEED = 20_000_000;
  private static final int SIZE = 16 << 20;
  private static final int ECHO = 7;

  /** A name that dials {@code other}. */
  private static String dialerOf(String other) {
    for (int i = 0; ; i++) {
      var name = "http://dialer-" + i + ":9000";
      if (DialRule.dials(name, other)) {
        return name;
      }
    }
  }

  /** The original sends a payload whole, and what it is in the kernel's queue nothing passes. */
  @Test
  @Row("G-W10")
  void w10ALargePayloadIsNoQueueInTheKernel() {
    var nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    try (var proxy = TcpProxy.to(nowhere, 3)) {
      var far = "http://127.0.0.1:" + proxy.address().getPort();
      try (var server =
              Manager.builder()
                  .local(far)
                  .listen(Address.of("127.0.0.1", 0))
                  .auth(TestGrid.DEBUG)
                  .start();
          var client =
              Manager.builder()
                  .local(dialerOf(far))
                  .listen(Address.of("127.0.0.1", 0))
                  .auth(TestGrid.DEBUG)
                  .start()) {
        server.registerSingleInline(ECHO, (request, caller) -> request);
        server.add(client.hostName());
        proxy.moveTo(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.address().orElseThrow().port()));
        proxy.set(new Disturbance.Rate(SPEED));
        var connection = client.add(far);
        var within = Within.within(Duration.ofSeconds(30));
        connection.waitForConnect(within);

        var large = new byte[SIZE];
        new SplittableRandom(1).nextBytes(large);
        var echo = connection.callAsync(ECHO, large, within);
        var millis = new ArrayList<Long>();
        while (!echo.isDone()) {
          long begun = System.nanoTime();
          connection.call(ECHO, new byte[100], within);
          millis.add((System.nanoTime() - begun) / 1_000_000);
        }
        assertThat(echo.join()).isEqualTo(large);
        millis.sort(null);
        assertThat(millis).hasSizeGreaterThan(20);
        assertThat(millis.get(millis.size() / 2)).as("half of %s", millis).isLessThan(60);
      }
    }
  }
}
