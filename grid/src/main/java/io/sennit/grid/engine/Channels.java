package io.sennit.grid.engine;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels to one peer, on its home loop: the current one, which takes new calls, and those
 * that are being left, where calls in flight still end.
 *
 * <p>A new channel takes the current one's place and ends it, because a peer dials again only when
 * it has lost the other, or is a new life. The exception is when both sides dialed at the same
 * moment: then both keep the one that the dial rule names, as soon as both know that it stands, and
 * leave the other.
 */
final class Channels {
  /** Channels being left at once; a peer that makes more of them loses the oldest. */
  private static final int MAX_LEFT = 4;

  private final Remote remote;
  private final Counts past = new Counts();
  private final List<Channel> left = new ArrayList<>();
  private @Nullable Channel superseded; // left as soon as the current one is confirmed
  private String lostId = "";
  private volatile @Nullable Channel current;
  private volatile List<Channel> open = List.of();

  Channels(Remote remote) {
    this.remote = remote;
  }

  // --- from any thread ---

  @Nullable Channel current() {
    return current;
  }

  List<Channel> open() {
    return open;
  }

  Counts counts() {
    var sum = new Counts();
    sum.add(past);
    open.forEach(channel -> sum.add(channel.counts()));
    return sum;
  }

  // --- the home loop ---

  /** Takes a new one; false if it is the one to be left. */
  boolean add(Channel up) {
    var before = current;
    boolean used = true;
    if (before == null || !before.isOpen()) {
      current = up;
    } else if (!isTie(before, up)) {
      current = up;
      end(before, "a newer connection took its place");
    } else if (up.origin().dialed() == remote.grid().dialsFirst(remote.host())) {
      current = up;
      supersede(before);
    } else {
      used = false;
      leave(up);
    }
    if (used) {
      up.loop().execute(up::installed);
    }
    picture();
    return used;
  }

  /** Whether both sides dialed at the same moment, so that both channels stand. */
  private boolean isTie(Channel before, Channel up) {
    return remote.grid().settings().proven()
        && up.extensions().has(io.sennit.grid.wire.Extensions.GOODBYE)
        && before.origin().dialed() != up.origin().dialed()
        && !up.origin().isLaterLifeThan(before.origin())
        && !up.origin().followsLossOf(before.origin());
  }

  private void supersede(Channel before) {
    var earlier = superseded;
    if (earlier != null) {
      leave(earlier);
    }
    superseded = before;
    var now = current;
    if (now != null && now.isConfirmed()) {
      confirmed(now);
    }
  }

  /** Both sides know that a channel stands: what it replaced can be left. */
  void confirmed(Channel up) {
    var before = superseded;
    if (up == current && before != null) {
      superseded = null;
      leave(before);
      picture();
    }
  }

  private void leave(Channel channel) {
    left.add(channel);
    if (left.size() > MAX_LEFT) {
      end(left.removeFirst(), "too many connections are being left");
    }
    var limit = remote.grid().settings().callDeadline().toNanos();
    channel.loop().execute(() -> channel.leave(limit));
  }

  private void end(Channel channel, String why) {
    var disconnect =
        new DisconnectedException("remote disconnected: " + why, ErrorContext.peer(remote.host()));
    channel.loop().execute(() -> channel.abort(disconnect));
  }

  /** The peer leaves a channel; true if it was the current one. */
  boolean goodbye(Channel from) {
    if (from == current) {
      var back = superseded;
      superseded = null;
      current = back != null && back.isOpen() ? back : null;
      left.add(from);
      picture();
      return true;
    }
    if (from == superseded) {
      superseded = null;
      left.add(from);
    }
    return false;
  }

  /** A channel ended; true if it was the current one. */
  boolean lost(Channel down) {
    past.add(down.counts());
    left.remove(down);
    if (superseded == down) {
      superseded = null;
    }
    boolean was = current == down;
    if (was) {
      lostId = down.origin().id();
      var back = superseded;
      superseded = null;
      current = back != null && back.isOpen() ? back : null;
    }
    picture();
    return was;
  }

  /** Leaves them all. */
  void leaveAll() {
    for (var channel : open) {
      channel.loop().execute(channel::leave);
    }
  }

  /** Ends them all, cleanly. */
  void shutdown(SennitException why) {
    for (var channel : open) {
      channel.loop().execute(() -> channel.shutdown(why));
    }
  }

  /** Whether there is none, current or left. */
  boolean areGone() {
    return open.isEmpty();
  }

  /** Whether nothing is in flight. */
  boolean areIdle() {
    return open.stream().allMatch(channel -> channel.openThings() == 0);
  }

  String lostId() {
    return lostId;
  }

  private void picture() {
    var all = new ArrayList<Channel>(left);
    for (var one : new @Nullable Channel[] {superseded, current}) {
      if (one != null && !all.contains(one)) {
        all.add(one);
      }
    }
    open = List.copyOf(all);
  }
}
