package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ErrorContext;
import io.sennit.core.StorageException;
import org.junit.jupiter.api.Test;

/** Figures and health of what a node stands on. */
class MetersTest {
  private final Meters meters = new Meters();

  @Test
  void figuresAreNamedAfterWhoMadeThem() {
    var count = meters.under("mesh").count("packets");
    count.add();
    count.add(4);
    meters.under("mesh").gauge("peers", () -> 7);
    meters
        .under("shards")
        .gauge(
            "bad",
            () -> {
              throw new IllegalStateException("on purpose");
            });
    assertThat(count.sum()).isEqualTo(5);
    assertThat(meters.snapshot()).hasToString("{mesh.packets=5, mesh.peers=7}");
  }

  @Test
  void aNameIsGivenOnceAndThereIsAMost() {
    meters.count("a");
    assertThatThrownBy(() -> meters.gauge("a", () -> 1)).hasMessageContaining("two figures");
    assertThatThrownBy(() -> meters.count("A b")).hasMessageContaining("lower-case");
    for (int i = 1; i < Meters.MAX; i++) {
      meters.count("a" + i);
    }
    assertThatThrownBy(() -> meters.count("b")).hasMessageContaining("are enough");
  }

  @Test
  void theGroundIsAsItsWorstTrouble() {
    var ground = new Ground(meters);
    var port = Address.of("127.0.0.1", 7400);
    assertThat(ground.health()).isEqualTo(Health.UP);
    ground.acceptPaused(port, new IllegalStateException("no descriptors"));
    ground.storeFailed("node", new StorageException("full", ErrorContext.NONE));
    assertThat(ground.health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(ground.health().why()).contains("127.0.0.1:7400 accepts no connections");
    ground.acceptResumed(port);
    assertThat(ground.health()).isEqualTo(Health.degraded("the store failed: full"));
    ground.storeOpened("node");
    assertThat(ground.health()).isEqualTo(Health.UP);
    ground.loopEnded("loop-0", new OutOfMemoryError("on purpose"));
    ground.acceptPaused(port, new IllegalStateException("no descriptors"));
    assertThat(ground.health().state()).isEqualTo(Health.State.DOWN);
    assertThat(meters.snapshot()).containsEntry("accept_pauses", 2L);
  }
}
