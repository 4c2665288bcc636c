package io.sennit.core.spi;

import io.sennit.core.SennitException;
import java.util.function.Consumer;

/**
 * How an asynchronous request to the SPI ends: exactly one of the two, once, on the asking loop.
 */
public interface Done<T> {
  /** It worked. */
  void ok(T value);

  /** It did not. */
  void failed(SennitException why);

  /** A pair of lambdas. */
  static <T> Done<T> of(Consumer<T> ok, Consumer<SennitException> failed) {
    return new Done<>() {
      @Override
      public void ok(T value) {
        ok.accept(value);
      }

      @Override
      public void failed(SennitException why) {
        failed.accept(why);
      }
    };
  }
}
