package io.sennit.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.causal.Causal;
import io.sennit.causal.CausalGroup;
import io.sennit.core.Address;
import io.sennit.core.RejectedException;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.sim.Simulation;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/causal.md shows works, between two members in virtual time. */
@Timeout(30)
class CausalPageTest {
  private static final Map<String, Address> MEMBERS =
      Map.of("a", Address.of("a", 7400), "b", Address.of("b", 7400));

  private static CausalGroup<String> member(String name, Fabric fabric) {
    var loop = fabric.loop();
    return CausalPage.join(
        new Causal(
            loop,
            fabric.links(),
            fabric.runner(),
            name,
            MEMBERS,
            (_, _) -> true,
            first -> {
              first.listen(Address.of(name, 7400));
              loop.execute(
                  () ->
                      fabric.store(
                          loop,
                          "causal",
                          Done.of(
                              first::storeOpened,
                              why -> {
                                throw why;
                              })));
            }));
  }

  private static String publish(Simulation simulation, CausalGroup<String> notes) throws Exception {
    while (true) {
      try {
        return CausalPage.publish(notes);
      } catch (RejectedException e) {
        simulation.sleep(Duration.ofMillis(10)); // the store is being opened
      }
    }
  }

  @Test
  void theSnippetsWork() {
    try (var simulation = Simulation.of(3)) {
      var groups = new TreeMap<String, CausalGroup<String>>();
      for (var name : MEMBERS.keySet()) {
        groups.put(name, simulation.call(() -> member(name, simulation.node(name))));
      }
      var a = groups.firstEntry().getValue();
      var b = groups.lastEntry().getValue();
      assertThat(simulation.call(() -> publish(simulation, a))).isEqualTo("everywhere");
      assertThat(simulation.call(() -> CausalPage.share(a))).isTrue();
      var there = b.orSet("searches", Codec.STRING);
      assertThat(simulation.runUntil(() -> there.size() == 1, Duration.ofSeconds(10))).isTrue();
    }
  }
}
