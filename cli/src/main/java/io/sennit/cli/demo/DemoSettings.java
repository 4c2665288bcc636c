package io.sennit.cli.demo;

import io.sennit.core.loop.Backoff;
import io.sennit.grid.ManagerBuilder;
import java.time.Duration;

/** The grid's settings in the demo, the same in the front and in the workers. */
public final class DemoSettings {
  /** Bytes a stream's sender may be ahead of its reader; small, so that it shows on few files. */
  public static final int WINDOW = 64 << 10;

  private DemoSettings() {}

  /** Applies them. */
  public static ManagerBuilder of(ManagerBuilder builder) {
    return builder
        .window(WINDOW)
        .backoff(
            new Backoff(Duration.ofMillis(100), Duration.ofMillis(500)), Duration.ofSeconds(1));
  }
}
