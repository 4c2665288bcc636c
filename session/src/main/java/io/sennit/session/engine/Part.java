package io.sennit.session.engine;

import io.sennit.session.wire.SessionFrame.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those destinations of a message that go over one relay. */
final class Part {
  private final Transit transit;
  private final int[] indices;
  private final boolean[] answered;
  private int unanswered;
  private boolean written;
  private boolean abandoned;
  private @Nullable Relay relay;
  private long number;

  Part(Transit transit, int[] indices) {
    this.transit = transit;
    this.indices = indices;
    this.answered = new boolean[indices.length];
    this.unanswered = indices.length;
    transit.add(this);
  }

  Transit transit() {
    return transit;
  }

  int size() {
    return indices.length;
  }

  List<Target> targets() {
    var targets = new ArrayList<Target>(indices.length);
    for (int index : indices) {
      targets.add(transit.target(index));
    }
    return targets;
  }

  /** Whether somebody still waits for one of its answers. */
  boolean isWanted() {
    if (abandoned) {
      return false;
    }
    for (int index : indices) {
      if (!transit.isDone(index)) {
        return true;
      }
    }
    return false;
  }

  /** A relay has taken it under a number. */
  void on(Relay by, long under) {
    relay = by;
    number = under;
  }

  /** Its message is decided for all: no answer is of use. */
  void forget() {
    abandoned = true;
    if (relay != null) {
      relay.forget(number, this);
    }
  }

  /** It is on its way: from now on its end is unknown until it is answered. */
  void written() {
    written = true;
    for (int index : indices) {
      transit.flies(index);
    }
  }

  boolean isWritten() {
    return written;
  }

  /** Whether the answer is the first one for that place; otherwise the peer is wrong. */
  boolean answer(int place) {
    if (place >= indices.length || answered[place]) {
      return false;
    }
    answered[place] = true;
    unanswered--;
    return true;
  }

  int index(int place) {
    return indices[place];
  }

  boolean isAnswered() {
    return unanswered == 0;
  }

  /** Gives it up on its relay: the destinations without an answer. */
  int[] abandon() {
    abandoned = true;
    int[] left = new int[unanswered];
    int n = 0;
    for (int i = 0; i < indices.length; i++) {
      if (!answered[i]) {
        left[n++] = indices[i];
      }
    }
    return left;
  }
}
