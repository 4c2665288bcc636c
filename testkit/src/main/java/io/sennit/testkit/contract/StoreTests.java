package io.sennit.testkit.contract;

import io.sennit.core.spi.Fabric;
import io.sennit.testkit.World;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contracts of a store have in common: a world for each test, and one node in it. */
public abstract class StoreTests {
  private @Nullable World world;

  /** For subclasses. */
  StoreTests() {}

  /** A new world for one test; closed by this class. */
  protected abstract World newWorld();

  @BeforeEach
  void begin() {
    world = newWorld();
  }

  @AfterEach
  void end() {
    world().close();
  }

  final World world() {
    return Objects.requireNonNull(world);
  }

  final Fabric fabric() {
    return world().node("a");
  }

  final StoreUser open() {
    return StoreUser.open(world(), fabric(), "s");
  }
}
