package io.sennit.sim;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.SplittableRandom;

/** "Secure" randomness that a seed repeats. */
final class SeededSecrets extends SecureRandom {
  private static final long serialVersionUID = 1L;

  SeededSecrets(SplittableRandom from) {
    super(new Spi(from), null);
  }

  @Override
  public String getAlgorithm() {
    return "simulated";
  }

  private static final class Spi extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    private final transient SplittableRandom from;

    Spi(SplittableRandom from) {
      this.from = from;
    }

    @Override
    protected void engineSetSeed(byte[] seed) {
      // the simulation's seed is the only one
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      from.nextBytes(bytes);
    }

    @Override
    protected byte[] engineGenerateSeed(int numBytes) {
      var bytes = new byte[numBytes];
      from.nextBytes(bytes);
      return bytes;
    }
  }
}
