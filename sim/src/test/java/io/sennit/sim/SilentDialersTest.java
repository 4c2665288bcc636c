package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Opening;
import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.Recorder;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Connections that say nothing keep nobody out, as over sockets: in a simulation they shut a port
 * until their handshake's limit. (foundation B16)
 */
class SilentDialersTest extends LinkTests {
  private static final int PLACES = 8;

  @Override
  protected World world() {
    return new SimWorld(5);
  }

  private static LinkSpec upgraded(Opening opening) {
    return plain().withOpening(opening).withMaxPending(PLACES);
  }

  @Test
  void silentConnectionsGiveWay() {
    var listener = recorder();
    var at =
        listen(
            upgraded(new Opening.Answer("/one", (_, _) -> {})),
            on(world.node("b").loop(), _ -> listener));
    var silent = new ArrayList<Recorder>();
    for (int i = 0; i < PLACES; i++) {
      var one = recorder();
      silent.add(one);
      var c = world.node("c");
      c.links().dial(c.loop(), at.address(), plain(), one); // it waits for no upgrade
      world.await("connected", one::hasOpened);
    }
    world.elapse(Duration.ofMillis(200));
    var dialer = recorder();
    dial(at.address(), upgraded(new Opening.Ask("/one", Map::of)), dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    world.elapse(Duration.ofMillis(200));
    assertThat(silent.stream().filter(Recorder::hasClosed)).as("who gave way").hasSize(1);
    assertThat(silent.getFirst().hasClosed()).as("the oldest").isTrue();
  }
}
