package io.sennit.bench.harness;

import org.jspecify.annotations.Nullable;

/**
 * One bidirectional stream with a window of unanswered items. Only the first item is sent from the
 * driver's thread; each answer sends up to two more until the window is full, so a peer's stream is
 * never used by two threads at a time.
 */
final class BidiDriver implements Driver {
  @Override
  public LoadResult run(PeerClient client, Load load) throws Exception {
    Window window = new Window(1, load.millis());
    Echoes echoes = new Echoes(window, Payloads.item(load.payload()), load.inflight());
    echoes.open(client);
    window.run();
    return window.result(echoes.inWindow, echoes.received);
  }

  private static final class Echoes implements StreamReceiver {
    private final Window window;
    private final byte[] item;
    private final int limit;
    private final int mask;
    private final long[] started; // by item number modulo the window
    private @Nullable BidiStream stream;
    private long sent;
    private long received;
    private long inWindow;
    private boolean finished;

    Echoes(Window window, byte[] item, int limit) {
      this.window = window;
      this.item = item;
      this.limit = limit;
      this.mask = Latencies.mask(limit);
      this.started = new long[limit];
    }

    void open(PeerClient client) {
      BidiStream opened = client.bidi(this);
      stream = opened;
      send(opened);
    }

    private void send(BidiStream to) {
      if ((sent & mask) == 0) {
        started[(int) (sent % limit)] = System.nanoTime();
      }
      sent++;
      to.send(item);
    }

    @Override
    public void onItem(byte[] echo) {
      if ((received & mask) == 0) {
        window.latencies.record(System.nanoTime() - started[(int) (received % limit)]);
      }
      BidiStream to = stream;
      try {
        Payloads.check(item, echo, received);
      } catch (RuntimeException wrong) {
        window.fail(wrong);
      }
      received++;
      if (to == null) {
        window.fail(new IllegalStateException("an answer before the first item"));
        return;
      }
      if (!window.closed()) {
        inWindow++;
        for (int i = 0; i < 2 && sent - received < limit; i++) {
          send(to);
        }
      } else if (sent == received && !finished) {
        finished = true;
        to.finish();
      }
    }

    @Override
    public void onEnd() {
      if (!finished) {
        window.fail(new IllegalStateException("the stream ended by itself"));
      }
      window.workerDone();
    }

    @Override
    public void onError(Throwable failure) {
      window.fail(failure);
      window.workerDone();
    }
  }
}
