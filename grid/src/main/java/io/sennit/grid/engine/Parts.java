package io.sennit.grid.engine;

import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.grid.wire.Envelope;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Large payloads on their way in, in one direction. Each is gathered in its final array, which is
 * made when a sixteenth of the payload has come, so that memory follows what came and not what was
 * announced. Large arrays are made off the loop; what comes meanwhile is not said to be taken, so
 * that the sender's own pace holds it. docs/protocol/grid.md §9.2.
 */
final class Parts {
  /** The most payloads a peer may have half sent at once. */
  static final int AT_ONCE = 1024;

  /** An array above this is made off the loop: clearing 64 MiB takes tens of milliseconds. */
  static final int LARGE = 1 << 20;

  /** The part of a payload that has to come before its array is made. */
  private static final int EARLY = 16;

  /** What a part is counted for beyond its bytes. */
  private static final int PIECE = 64;

  /** Parts that wait for an array that is being made. */
  private static final int MANY = 4096;

  private enum State {
    /** Little has come: it is kept as it came. */
    EARLY,
    /** The array is being made off the loop. */
    WAITING,
    /** What comes goes into the array. */
    GATHERING,
    /** There was no room for it: what comes is skipped. */
    GIVEN_UP
  }

  private final class Whole implements Done<byte[]> {
    final long mux;
    final int size;
    State state = State.EARLY;
    int length;
    private long held; // as counted in what the peer makes this side hold
    private int unsaid; // bytes that came while the array was being made
    private byte @Nullable [] bytes;
    private final ArrayDeque<byte[]> early = new ArrayDeque<>();
    private volatile boolean dropped;

    Whole(long mux, int size) {
      this.mux = mux;
      this.size = size;
    }

    @Override
    public void ok(byte[] made) {
      if (state == State.WAITING) {
        use(made);
      }
    }

    @Override
    public void failed(SennitException why) {
      if (state == State.WAITING) { // nobody could make it off the loop
        use(new byte[size]);
      }
    }

    private byte[] use(byte[] made) {
      int at = 0;
      for (var part : early) {
        System.arraycopy(part, 0, made, at, part.length);
        at += part.length;
      }
      early.clear();
      bytes = made;
      state = State.GATHERING;
      sayTaken();
      return made;
    }

    private void sayTaken() {
      channel.partsTaken(unsaid);
      unsaid = 0;
    }

    byte[] bytes() {
      var there = bytes;
      return there != null ? there : use(new byte[size]);
    }

    /** False if there is no room for it. */
    boolean append(Envelope part) {
      int n = part.payloadLength();
      if (n > size - length) {
        throw new ProtocolException("part", -1, "goes beyond the size announced");
      }
      length += n;
      if (state == State.EARLY && length >= size / EARLY) {
        if (!channel.received().tryTake(size)) {
          return false;
        }
        channel.received().give(held);
        held = size;
        makeArray();
      }
      if (state == State.GATHERING) {
        System.arraycopy(part.bytes(), part.payloadOffset(), bytes(), length - n, n);
        return true;
      }
      if (state == State.EARLY) {
        if (!channel.received().tryTake(n + PIECE)) {
          return false;
        }
        held += n + PIECE;
      } else if (early.size() >= MANY) { // a sender that does not wait, or cuts very small
        System.arraycopy(part.bytes(), part.payloadOffset(), bytes(), length - n, n);
        return true;
      }
      int from = part.payloadOffset();
      early.add(Arrays.copyOfRange(part.bytes(), from, from + n));
      return true;
    }

    private void makeArray() {
      if (size <= LARGE) {
        use(new byte[size]);
      } else {
        state = State.WAITING;
        channel.loop().offload(() -> dropped ? new byte[0] : new byte[size], this);
      }
    }

    void giveUp() {
      state = State.GIVEN_UP;
      dropped = true;
      early.clear();
      bytes = null;
      channel.received().give(held);
      held = 0;
      sayTaken();
    }
  }

  private final Channel channel;
  private final int maxMessage;
  private final MuxTable<Whole> open;

  /**
   * Empty.
   *
   * @param salt see {@link MuxTable}
   */
  Parts(Channel channel, int maxMessage, long salt) {
    this.channel = channel;
    this.maxMessage = maxMessage;
    this.open = new MuxTable<>(salt);
  }

  int size() {
    return open.size();
  }

  /** Takes a part that is not the last; false if its payload was given up with it. */
  boolean add(Envelope part) throws ProtocolException {
    int n = part.payloadLength();
    var whole = open.get(part.mux());
    if (whole == null) {
      long size = part.deadlineMs() & 0xffff_ffffL;
      if (size == 0) {
        channel.partsTaken(n);
        return true; // goes on with a payload that was given up here while this was on its way
      }
      if (size > maxMessage || size < n) {
        throw new ProtocolException(
            "part", -1, "announces " + size + " bytes of at most " + maxMessage);
      }
      if (open.size() >= AT_ONCE) {
        throw new ProtocolException("part", -1, "too many payloads half sent");
      }
      whole = new Whole(part.mux(), (int) size);
      open.put(part.mux(), whole);
    }
    if (whole.state == State.GIVEN_UP) {
      channel.partsTaken(n);
      return true;
    }
    boolean room = whole.append(part);
    if (whole.state == State.WAITING) {
      whole.unsaid += n;
    } else {
      channel.partsTaken(n);
    }
    if (!room) {
      whole.giveUp();
    }
    return room;
  }

  /** Takes the last part and gives the whole; null if it was given up. */
  byte @Nullable [] finish(Envelope last) throws ProtocolException {
    var whole = open.remove(last.mux());
    if (whole == null) {
      throw new ProtocolException("part", -1, "the last of none");
    }
    if (whole.state == State.GIVEN_UP) {
      return null;
    }
    boolean room = whole.append(last);
    if (!room) {
      throw new ProtocolException("part", -1, "the last one is larger than all before it");
    }
    if (whole.length != whole.size) {
      throw new ProtocolException(
          "part", -1, "ends at " + whole.length + " of " + whole.size + " bytes");
    }
    var all = whole.bytes();
    whole.giveUp(); // who takes it counts it from here
    return all;
  }

  /** Forgets what was sent of a payload. */
  void drop(long mux) {
    @Nullable Whole whole = open.remove(mux);
    if (whole != null) {
      whole.giveUp();
    }
  }

  /** Forgets them all. */
  void clear() {
    for (var whole : open.all()) {
      drop(whole.mux);
    }
  }
}
