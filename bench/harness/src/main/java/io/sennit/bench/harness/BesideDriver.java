package io.sennit.bench.harness;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Small calls, one at a time, while something big is on the same connection: a stream of 100 MB
 * from the server in items of 64 KiB, or one message of 64 MiB that is echoed. When the big one
 * ends before the window, the next one follows at once, so that no small call is without it.
 */
final class BesideDriver implements Driver {
  private static final int ITEM = 64 << 10;
  private static final int ITEMS = 100_000_000 / ITEM;
  private static final int MESSAGE = 64 << 20;

  @Override
  public LoadResult run(PeerClient client, Load load) throws Exception {
    Window big = new Window(1, load.millis());
    AtomicBoolean over = new AtomicBoolean();
    if (load.work().equals(Load.HOL)) {
      new BigStream(client, big, over).next();
    } else {
      new BigMessage(client, big, over).next();
    }
    LoadResult small;
    try {
      small = new BlockingDriver().run(client, load);
    } finally {
      over.set(true);
    }
    big.drain();
    return small;
  }

  private record BigStream(PeerClient client, Window window, AtomicBoolean over)
      implements StreamReceiver {
    void next() {
      client.serverStream(ITEMS, ITEM, this);
    }

    @Override
    public void onItem(byte[] item) {
      if (item.length != ITEM) {
        window.fail(new IllegalStateException("wrong item"));
      }
    }

    @Override
    public void onEnd() {
      if (over.get()) {
        window.workerDone();
      } else {
        next();
      }
    }

    @Override
    public void onError(Throwable failure) {
      window.fail(failure);
      window.workerDone();
    }
  }

  private static final class BigMessage implements ReplyCallback {
    private final PeerClient client;
    private final Window window;
    private final AtomicBoolean over;
    private final byte[] message = Payloads.item(MESSAGE);

    BigMessage(PeerClient client, Window window, AtomicBoolean over) {
      this.client = client;
      this.window = window;
      this.over = over;
    }

    void next() {
      client.callAsync(message, this);
    }

    @Override
    public void onReply(byte[] reply) {
      if (reply.length != MESSAGE) {
        onError(new IllegalStateException("wrong reply"));
      } else if (over.get()) {
        window.workerDone();
      } else {
        next();
      }
    }

    @Override
    public void onError(Throwable failure) {
      window.fail(failure);
      window.workerDone();
    }
  }
}
