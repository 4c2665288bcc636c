package io.sennit.bench.raw;

import io.netty.channel.Channel;

/**
 * Sends one stream as the socket takes it. It leaves the event loop after a while so that other
 * frames get their turn.
 */
final class Pump implements Runnable {
  private static final long TURN_BYTES = 1 << 20;

  private final Channel channel;
  private final Batch batch;
  private final int kind;
  private final int endKind;
  private final int id;
  private final byte[] item;
  private int left;
  private boolean ended;
  private boolean running;
  private boolean scheduled;

  Pump(Channel channel, Batch batch, int kind, int endKind, int id, int count, byte[] item) {
    this.channel = channel;
    this.batch = batch;
    this.kind = kind;
    this.endKind = endKind;
    this.id = id;
    this.left = count;
    this.item = item;
  }

  boolean ended() {
    return ended;
  }

  /** A turn that was scheduled. */
  @Override
  public void run() {
    scheduled = false;
    pump();
  }

  /** Sends what may be sent; called again when the channel becomes writable. */
  void pump() {
    if (running || ended) {
      return; // a flush may report writability from inside this very method
    }
    running = true;
    long turn = 0;
    int step = 0;
    while (left > 0 && turn < TURN_BYTES && channel.isWritable()) {
      batch.append(kind, id, item);
      left--;
      int size = Frame.HEADER + item.length;
      turn += size;
      step += size;
      if (step >= 64 << 10) {
        batch.write(); // so that isWritable sees it
        step = 0;
      }
    }
    if (left == 0) {
      ended = true;
      batch.append(endKind, id, Frame.NOTHING);
    }
    batch.flush();
    running = false;
    if (!ended && channel.isWritable() && !scheduled) {
      scheduled = true;
      channel.eventLoop().execute(this);
    }
  }
}
