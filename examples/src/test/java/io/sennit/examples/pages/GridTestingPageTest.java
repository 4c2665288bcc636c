package io.sennit.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.grid.testing.TestGrid;
import io.sennit.sim.junit.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The snippets of docs/grid.md about testing. */
@Timeout(60)
class GridTestingPageTest {
  @Test
  void withSockets() {
    // snippet: grid-testgrid
    try (var grid = TestGrid.start(3)) {
      GridPage.serve(grid.manager(2));
      var tick = GridPage.QUOTE.call(grid.connection(0, 2), new GridPage.Ask("ABC"));
      assertThat(tick.cents()).isEqualTo(1234);
    }
    // end
  }

  @Test
  void simulated() {
    // snippet: grid-sim
    Seeds.twice(
        42L, // the same seed is the same run, to the last event
        sim -> {
          var names = List.of("a", "b");
          names.forEach(sim::node);
          sim.call(
              () -> {
                try (var grid =
                    TestGrid.start(
                        names.size(),
                        i -> sim.node(names.get(i)),
                        i -> Address.of(names.get(i), 7400),
                        builder -> builder)) {
                  GridPage.serve(grid.manager(1));
                  var tick = GridPage.QUOTE.call(grid.connection(0, 1), new GridPage.Ask("ABC"));
                  assertThat(tick.cents()).isEqualTo(1234);
                }
                return null;
              });
        });
    // end
  }
}
