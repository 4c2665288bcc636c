package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DisconnectedException;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What users still hold when even the loops are gone. */
@ExtendWith(Leaks.class)
@Timeout(60)
class AfterTheEndTest {
  @Test
  @Row("G-manager-close")
  void nothingMeetsALoopThatIsGone() {
    var grid = TestGrid.start(2);
    var connection = grid.connection(0, 1);
    GridStream stream;
    try {
      for (var manager : grid.managers()) {
        manager.registerStreaming(
            5,
            1,
            1,
            (first, in, out, caller) -> {
              for (int i = 0; i < 3; i++) {
                out.send(new byte[300_000]);
              }
              in.receive();
            });
      }
      stream = connection.open(5, new byte[1]);
      Awaitility.await().until(() -> connection.stats().bytesIn() > 900_000);
    } finally {
      grid.close();
    }
    for (int i = 0; i < 3; i++) {
      assertThat(stream.receive().orElseThrow()).hasSize(300_000); // gives credit nobody takes
    }
    assertThatThrownBy(stream::receive).isInstanceOf(DisconnectedException.class);
    assertThatThrownBy(() -> stream.send(new byte[1])).isInstanceOf(DisconnectedException.class);
    stream.cancel();
    stream.close();
    assertThat(connection.state()).isEqualTo(State.SHUTDOWN);
    assertThatThrownBy(() -> connection.waitForConnect(within(Duration.ofSeconds(5))))
        .isInstanceOf(DisconnectedException.class);
    assertThatThrownBy(() -> connection.call(7, new byte[1]))
        .isInstanceOf(DisconnectedException.class);
    grid.close();
    grid.manager(0).close();
  }
}
