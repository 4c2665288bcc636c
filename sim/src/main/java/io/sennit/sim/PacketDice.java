package io.sennit.sim;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What becomes of a packet by a path's weather; the dice of simulated and of real packets. */
final class PacketDice {
  private PacketDice() {}

  /** Why a packet is lost, or null. */
  static Injected.@Nullable Kind drop(
      PathWeather weather, boolean inBurst, RandomGenerator random) {
    if (inBurst && hits(weather.burst().loss(), random)) {
      return Injected.Kind.BURST;
    }
    return hits(weather.loss(), random) ? Injected.Kind.LOSS : null;
  }

  /** Whether the path is in a burst of losses for the next packet. */
  static boolean burst(PathWeather weather, boolean inBurst, RandomGenerator random) {
    var burst = weather.burst();
    return inBurst ? !hits(burst.ends(), random) : hits(burst.begins(), random);
  }

  static boolean hits(double probability, RandomGenerator random) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Flips one bit of bytes that nobody else has; there is at least one. */
  static void flip(byte[] bytes, RandomGenerator random) {
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
  }
}
