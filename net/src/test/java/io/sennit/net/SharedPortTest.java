package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Opening;
import io.sennit.testkit.Recorder;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkTests;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** (foundation B6) A connection that moves to its acceptor's loop is like one that stayed. */
class SharedPortTest extends LinkTests {
  private static final String HEADERS =
      "GET /one HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  @Override
  protected World world() {
    return Worlds.epoll();
  }

  private static LinkSpec path(String path) {
    return plain().withOpening(new Opening.Answer(path, (_, _) -> {}));
  }

  /** Two paths on one port; their links live on another loop than the port. */
  private Address listen(Recorder accepted) {
    var b = world.node("b");
    b.loop(); // the port's will be the next one
    var other = b.loop();
    var at = listenAt(world.at("b"), path("/one"), on(other, _ -> accepted)).address();
    listenAt(at, path("/two"), on(other, _ -> recorder()));
    return at;
  }

  @Test
  void readingThatIsTurnedOffInOpenedStaysOff() {
    var accepted = recorder().whenOpened(link -> link.read(false));
    var at = listen(accepted);
    var dialer = recorder();
    dial(at, plain().withOpening(new Opening.Ask("/one", Map::of)), dialer);
    world.await("both ends open", () -> dialer.hasOpened() && accepted.hasOpened());
    write(dialer, pattern(1000, 1), pattern(1000, 2));
    world.elapse(Duration.ofMillis(300));
    assertThat(accepted.messages()).isEmpty();
    on(accepted, link -> link.read(true));
    world.await("both messages", () -> accepted.messages().size() == 2);
  }

  @Test
  void anEarlyMessageHasItsBatchsEnd() throws Exception {
    var accepted = recorder();
    var at = listen(accepted);
    try (var raw = new Raw(at)) {
      raw.say(HEADERS + "\0\0\0\3abc");
      world.await("the early message", () -> accepted.messages().size() == 1);
      world.await("its batch's end", () -> accepted.batches() == 1);
    }
  }
}
