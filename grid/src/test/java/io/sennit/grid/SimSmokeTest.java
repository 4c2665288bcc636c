package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.grid.testing.TestGrid;
import io.sennit.sim.junit.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimSmokeTest {
  @Test
  void callsAndStreamsInVirtualTime() {
    Seeds.twice(
        42L,
        sim -> {
          var names = List.of("a", "b", "c");
          names.forEach(sim::node);
          sim.call(
              () -> {
                try (var grid =
                    TestGrid.start(
                        3,
                        i -> sim.node(names.get(i)),
                        i -> Address.of(names.get(i), 7000),
                        b -> b)) {
                  grid.manager(1).registerSingle(7, (request, caller) -> request);
                  for (int size : new int[] {1, 1000, 100_000}) {
                    assertThat(grid.connection(0, 1).call(7, new byte[size])).hasSize(size);
                  }
                }
                return null;
              });
        });
  }
}
