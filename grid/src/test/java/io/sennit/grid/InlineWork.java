package io.sennit.grid;

import io.sennit.core.SennitException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** A storm's streams whose code runs on the loop, both sides; told to a {@link Ledger}. */
final class InlineWork {
  private final Ledger judge;

  InlineWork(Ledger judge) {
    this.judge = judge;
  }

  /** Registers the handlers: those of {@link GridWork}, so many ids further on. */
  void serve(Manager m, int further) {
    m.registerStreamingInline(
        GridWork.DOWN + further,
        0,
        3,
        (first, out, caller) -> new Sender(out, id(first), false, first[8]));
    m.registerStreamingInline(
        GridWork.UP + further, 3, 3, (first, out, caller) -> new Counter(out, id(first)));
    m.registerStreamingInline(
        GridWork.BOTH + further, 2, 2, (first, out, caller) -> new Echo(out, id(first)));
  }

  /** A caller's end: sends so many if it may send, takes all, and gives up after so many. */
  InlineStream<byte[]> caller(
      InlineOutput<byte[]> out, int kind, long id, int count, int giveUpAt) {
    return kind == GridWork.DOWN
        ? new Taker(out, id, giveUpAt)
        : new Both(out, id, count, giveUpAt, kind == GridWork.UP);
  }

  private static long id(byte[] first) {
    return ByteBuffer.wrap(first).getLong();
  }

  /** Sends numbered items and ends. */
  private class Sender implements InlineStream<byte[]> {
    final InlineOutput<byte[]> out;
    final long id;
    private final boolean up;
    private final int count;
    private int told;
    private int next;

    Sender(InlineOutput<byte[]> out, long id, boolean up, int count) {
      this.out = out;
      this.id = id;
      this.up = up;
      this.count = count;
    }

    @Override
    public void item(byte[] item) {
      throw new IllegalStateException("an item where none was expected");
    }

    @Override
    public void writable() {
      while (next < count && send(GridWork.item(id, next, GridWork.size(id, next)))) {
        next++;
      }
      if (next == count) {
        next++; // once
        judge.ended(id, up, count);
        out.end();
      }
    }

    /** What is sent is told before, once, however often it is tried. */
    private boolean send(byte[] item) {
      if (told == next) {
        judge.sent(id, up, told++);
      }
      return out.trySend(item);
    }
  }

  /** Takes, and perhaps gives up. */
  private final class Taker implements InlineStream<byte[]> {
    private final InlineOutput<byte[]> out;
    private final long id;
    private final int giveUpAt;
    private int got;

    Taker(InlineOutput<byte[]> out, long id, int giveUpAt) {
      this.out = out;
      this.id = id;
      this.giveUpAt = giveUpAt;
    }

    @Override
    public void item(byte[] item) {
      judge.received(id, false, got++, item);
      if (got == giveUpAt) {
        out.cancel();
      }
    }

    @Override
    public void ended() {
      judge.cleanEnd(id, false, got);
    }
  }

  /** Sends and takes. */
  private final class Both extends Sender {
    private final int count;
    private final int giveUpAt;
    private final boolean confirmed;
    private int got;
    private int last = -1;

    Both(InlineOutput<byte[]> out, long id, int count, int giveUpAt, boolean confirmed) {
      super(out, id, true, count);
      this.count = count;
      this.giveUpAt = giveUpAt;
      this.confirmed = confirmed;
    }

    @Override
    public void item(byte[] item) {
      got++;
      if (confirmed) {
        last = ByteBuffer.wrap(item).getInt(8);
      } else {
        judge.received(id, false, got - 1, item);
      }
      if (got == giveUpAt) {
        out.cancel();
      }
    }

    @Override
    public void ended() {
      if (confirmed) {
        judge.confirmed(id, last, count);
      } else {
        judge.cleanEnd(id, false, got);
      }
    }
  }

  /** Takes all and says how many there were. */
  private final class Counter implements InlineStream<byte[]> {
    private final InlineOutput<byte[]> out;
    private final long id;
    private int next;
    private boolean ended;

    Counter(InlineOutput<byte[]> out, long id) {
      this.out = out;
      this.id = id;
    }

    @Override
    public void item(byte[] item) {
      judge.received(id, true, next++, item);
    }

    @Override
    public void ended() {
      judge.cleanEnd(id, true, next);
      ended = true;
      writable();
    }

    @Override
    public void writable() {
      if (ended && out.trySend(GridWork.item(id, next, GridWork.HEAD))) {
        out.end();
      }
    }
  }

  /** Sends back what comes. */
  private final class Echo implements InlineStream<byte[]> {
    private final InlineOutput<byte[]> out;
    private final long id;
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private int next;
    private int told;
    private int sent;
    private boolean ended;

    Echo(InlineOutput<byte[]> out, long id) {
      this.out = out;
      this.id = id;
    }

    @Override
    public void item(byte[] item) {
      judge.received(id, true, next++, item);
      held.add(item);
      writable();
    }

    @Override
    public void writable() {
      while (!held.isEmpty()) {
        if (told == sent) {
          judge.sent(id, false, told++);
        }
        if (!out.trySend(held.peek())) {
          return;
        }
        held.remove();
        sent++;
      }
      if (ended) {
        ended = false; // once
        judge.ended(id, false, sent);
        out.end();
      }
    }

    @Override
    public void ended() {
      judge.cleanEnd(id, true, next);
      ended = true;
      writable();
    }

    @Override
    public void failed(SennitException why) {
      held.clear();
    }
  }
}
