package io.sennit.sim;

import io.sennit.core.spi.Opening;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A port that is listened on, by one listener or by several with different paths. */
final class SimPort {
  final int number;
  private final List<SimListener> listeners = new ArrayList<>();
  private final List<SimPipe> pending = new ArrayList<>();

  SimPort(int number) {
    this.number = number;
  }

  /** Whether this listener may be here beside those that are. */
  boolean takes(SimListener another) {
    String path = path(another);
    for (var one : listeners) {
      String taken = path(one);
      if (path == null || taken == null || taken.equals(path)) {
        return false;
      }
    }
    listeners.add(another);
    return true;
  }

  void remove(SimListener listener) {
    listeners.remove(listener);
  }

  void closeAll() {
    List.copyOf(listeners).forEach(SimListener::close);
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  SimListener first() {
    return listeners.getFirst();
  }

  boolean wantsUpgrade() {
    return !listeners.isEmpty() && path(first()) != null;
  }

  @Nullable SimListener byPath(String path) {
    for (var one : listeners) {
      if (path.equals(path(one))) {
        return one;
      }
    }
    return null;
  }

  /** Whether one more link may begin to open. */
  boolean hasRoom() {
    pending.removeIf(link -> link.isGone() || !link.isOpening());
    return pending.size() < first().spec().maxPending();
  }

  void pending(SimPipe link) {
    pending.add(link);
  }

  private static @Nullable String path(SimListener listener) {
    return listener.spec().opening().orElse(null) instanceof Opening.Answer answer
        ? answer.path()
        : null;
  }
}
