package io.sennit.sim;

import io.sennit.core.link.HalfOpen;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Opening;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A port that is listened on, by one listener or by several with different paths. */
final class SimPort {
  final int number;
  private final List<SimListener> listeners = new ArrayList<>();
  private final HalfOpen opening = new HalfOpen();
  private final List<Pending> pending = new ArrayList<>();

  private record Pending(Endpoint source, SimPipe pipe) {}

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

  /** Whether one more link may begin to open; a silent one gives way for it, as over sockets. */
  boolean makesRoom(Endpoint source, long now) {
    pending.removeIf(this::isOver);
    if (opening.count() < first().spec().maxPending()) {
      return true;
    }
    var victim = opening.victim(source, now);
    if (victim == null) {
      return false;
    }
    opening.remove(victim.source(), victim.one());
    ((SimPipe) victim.one()).giveWay();
    return true;
  }

  private boolean isOver(Pending one) {
    if (one.pipe().isGone() || !one.pipe().isOpening()) {
      opening.remove(one.source(), one.pipe());
      return true;
    }
    return false;
  }

  void pending(Endpoint source, SimPipe link) {
    opening.add(source, link);
    pending.add(new Pending(source, link));
  }

  private static @Nullable String path(SimListener listener) {
    return listener.spec().opening().orElse(null) instanceof Opening.Answer answer
        ? answer.path()
        : null;
  }
}
