package io.sennit.grid;

import io.sennit.core.SennitException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Items coming in on a stream, in order. Taking one gives the sender credit for another. For one
 * thread at a time; waiting throws {@link io.sennit.core.CancelledException} when interrupted.
 *
 * @param <T> the items' type
 */
public interface Input<T> extends Iterable<T> {
  /**
   * Waits for the next item.
   *
   * @return empty at the clean end
   * @throws SennitException if the stream failed; items that came before it are given first
   */
  Optional<T> receive();

  /** Goes on from where it is; ends at the clean end. */
  @Override
  default Iterator<T> iterator() {
    return new Iterator<>() {
      private Optional<T> next = Optional.empty();
      private boolean ended;

      @Override
      public boolean hasNext() {
        if (next.isEmpty() && !ended) {
          next = receive();
          ended = next.isEmpty();
        }
        return next.isPresent();
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the stream has ended");
        }
        var item = next.get();
        next = Optional.empty();
        return item;
      }
    };
  }
}
