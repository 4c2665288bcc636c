package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.RemoteException;
import io.sennit.grid.testing.TestGrid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FirstCallsTest {
  @Test
  void echo() {
    try (var grid = TestGrid.start(2)) {
      grid.manager(1).registerSingle(7, (request, caller) -> request);
      grid.manager(1).registerSingleInline(8, (request, caller) -> request);
      for (int size : new int[] {0, 1, 512, 5000, 32 << 10, 64 << 10, 1 << 20, 20 << 20}) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        assertThat(grid.connection(0, 1).call(7, bytes)).isEqualTo(bytes);
        assertThat(grid.connection(0, 1).call(8, bytes, within(Duration.ofSeconds(5))))
            .isEqualTo(bytes);
      }
    }
  }

  @Test
  void errors() {
    try (var grid = TestGrid.start(2)) {
      grid.manager(0)
          .registerSingle(
              7,
              (request, caller) -> {
                throw RemoteErrors.of("boom");
              });
      assertThatThrownBy(() -> grid.connection(1, 0).call(7, "x".getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.text()).isEqualTo("boom"));
      assertThatThrownBy(() -> grid.connection(1, 0).call(9, "x".getBytes(UTF_8)))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("unknown mux handler");
    }
  }

  @Test
  void streams() {
    try (var grid = TestGrid.start(2)) {
      for (var manager : grid.managers()) {
        manager.registerStreaming(
            5,
            1,
            1,
            (first, in, out, caller) -> {
              for (var item : in) {
                out.send((new String(first, UTF_8) + new String(item, UTF_8)).getBytes(UTF_8));
              }
              for (int i = 0; i < 1000; i++) {
                out.send(new byte[4096]);
              }
              out.send(new byte[3 << 20]);
            });
      }
      try (var stream = grid.connection(0, 1).open(5, "p".getBytes(UTF_8))) {
        for (int i = 0; i < 11; i++) {
          stream.send(("" + i).getBytes(UTF_8));
          assertThat(new String(stream.receive().orElseThrow(), UTF_8)).isEqualTo("p" + i);
        }
        stream.endInput();
        var rest = new ArrayList<Integer>();
        stream.results(b -> rest.add(b.length));
        assertThat(rest).hasSize(1001).last().isEqualTo(3 << 20);
      }
    }
  }
}
