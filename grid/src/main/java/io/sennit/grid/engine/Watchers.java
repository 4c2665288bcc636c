package io.sennit.grid.engine;

import io.sennit.grid.Registration;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Who is told of something in two parts, in the order of their coming. Joining and leaving is safe
 * from any thread; one that throws is logged and harms nobody else.
 */
final class Watchers<A, B> {
  private static final Logger LOG = System.getLogger(Watchers.class.getName());

  /** One that watches: two that are equal may join. */
  private static final class Watcher<A, B> {
    final BiConsumer<? super A, ? super B> code;

    Watcher(BiConsumer<? super A, ? super B> code) {
      this.code = code;
    }
  }

  private final AtomicReference<List<Watcher<A, B>>> all = new AtomicReference<>(List.of());

  Registration add(BiConsumer<? super A, ? super B> code) {
    var one = new Watcher<A, B>(code);
    all.updateAndGet(
        before -> {
          var after = new ArrayList<>(Objects.requireNonNull(before));
          after.add(one);
          return List.copyOf(after);
        });
    return () ->
        all.updateAndGet(
            before -> Objects.requireNonNull(before).stream().filter(w -> w != one).toList());
  }

  void tell(A first, B second) {
    for (var one : Objects.requireNonNull(all.get())) {
      try {
        one.code.accept(first, second);
      } catch (Throwable e) { // what a watcher throws must not stop what it watches
        LOG.log(Level.ERROR, first + ": a watcher threw", e);
      }
    }
  }
}
