package io.sennit.session.engine;

import io.sennit.core.loop.Wheel;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import io.sennit.session.wire.SessionFrame.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message at one node, from its arrival until every destination is decided. It keeps what is
 * known of each: whether a copy is on its way, and whether one was lost on a relay that broke. A
 * message of which a copy was lost never ends as failed, unless the destination itself says so.
 */
final class Transit extends Wheel.Entry {
  /** Who is told. */
  interface Origin {
    /** A destination is decided; once for each, on the loop. */
    void decided(int index, SendFate fate, SessionReason reason, String text);
  }

  private final Session session;
  private final Origin origin;
  private final @Nullable Relay from;
  private final OverlayAddress source;
  private final byte[] message;
  private final List<Target> targets;
  private final long deadline;
  private final int hops;
  private final boolean[] done;
  private final boolean[] flying;
  private final boolean[] lost;
  private final List<Part> parts = new ArrayList<>();
  private int undecided;

  Transit(
      Session session,
      Origin origin,
      @Nullable Relay from,
      OverlayAddress source,
      byte[] message,
      List<Target> targets,
      long deadline,
      int hops) {
    this.session = session;
    this.origin = origin;
    this.from = from;
    this.source = source;
    this.message = message;
    this.targets = targets;
    this.deadline = deadline;
    this.hops = hops;
    this.done = new boolean[targets.size()];
    this.flying = new boolean[targets.size()];
    this.lost = new boolean[targets.size()];
    this.undecided = targets.size();
  }

  /** What it weighs in the memory of a node. */
  int weight() {
    return message.length + 64 * targets.size();
  }

  void add(Part part) {
    parts.removeIf(older -> !older.isWanted());
    parts.add(part);
  }

  @Nullable Relay from() {
    return from;
  }

  OverlayAddress source() {
    return source;
  }

  byte[] message() {
    return message;
  }

  long deadline() {
    return deadline;
  }

  int hops() {
    return hops;
  }

  int size() {
    return targets.size();
  }

  Target target(int index) {
    return targets.get(index);
  }

  boolean isDone(int index) {
    return done[index];
  }

  boolean isOver() {
    return undecided == 0;
  }

  void flies(int index) {
    flying[index] = true;
  }

  /** The relay broke on which a copy was, or was about to be. */
  void broke(int index, boolean written) {
    flying[index] = false;
    if (written && !session.settings().has(SessionSettings.Planted.LOST_IS_FAILED)) {
      lost[index] = true;
    }
  }

  /** A hop answered. */
  void answered(int index, SendFate fate, SessionReason reason, String text) {
    flying[index] = false;
    if (fate == SendFate.FAILED) {
      failed(index, reason, text);
    } else {
      decide(index, fate, reason, text);
    }
  }

  /** This copy was not delivered. */
  void failed(int index, SessionReason reason, String text) {
    boolean isLastWord = reason == SessionReason.QUEUE_FULL || reason == SessionReason.LEFT;
    decide(index, lost[index] && !isLastWord ? SendFate.UNKNOWN : SendFate.FAILED, reason, text);
  }

  void decide(int index, SendFate fate, SessionReason reason, String text) {
    if (done[index]) {
      return;
    }
    done[index] = true;
    undecided--;
    origin.decided(index, fate, reason, text);
    if (undecided == 0) {
      parts.forEach(Part::forget);
      parts.clear();
      session.over(this);
    }
  }

  /** Nobody waits any longer. */
  void giveUp(SessionReason reason, String text) {
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        lost[i] |= flying[i];
        failed(i, reason, text);
      }
    }
  }

  @Override
  protected void expired() {
    giveUp(SessionReason.DEADLINE, "no answer in time");
  }
}
