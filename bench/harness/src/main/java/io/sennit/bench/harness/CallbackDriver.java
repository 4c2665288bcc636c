package io.sennit.bench.harness;

/**
 * Closed loop by callbacks: each slot has one call in flight and issues its next one from the
 * callback of the last. A slot is its own callback and its request is made beforehand, so the
 * driver allocates nothing for a call.
 */
final class CallbackDriver implements Driver {
  @Override
  public LoadResult run(PeerClient client, Load load) throws Exception {
    byte[][] requests = Payloads.requests(load.inflight(), load.payload());
    Window window = new Window(load.inflight(), load.millis());
    Slot[] slots = new Slot[load.inflight()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot(client, window, requests[i % requests.length], load.inflight());
    }
    for (Slot slot : slots) {
      slot.issue();
    }
    window.run();
    long inWindow = 0;
    long total = 0;
    for (Slot slot : slots) {
      inWindow += slot.inWindow;
      total += slot.done;
    }
    return window.result(inWindow, total);
  }

  /** One call at a time; the peer orders one outcome before the next call, so fields are plain. */
  private static final class Slot implements ReplyCallback {
    private final PeerClient client;
    private final Window window;
    private final byte[] request;
    private final int mask;
    private long started;
    private long done;
    private long inWindow;

    Slot(PeerClient client, Window window, byte[] request, int inflight) {
      this.client = client;
      this.window = window;
      this.request = request;
      this.mask = Latencies.mask(inflight);
    }

    void issue() {
      if ((done & mask) == 0) {
        started = System.nanoTime();
      }
      client.callAsync(request, this);
    }

    @Override
    public void onReply(byte[] reply) {
      try {
        if ((done & mask) == 0) {
          window.latencies.record(System.nanoTime() - started);
        }
        Payloads.check(request, reply, done);
      } catch (RuntimeException wrong) {
        onError(wrong);
        return;
      }
      done++;
      if (window.closed()) {
        window.workerDone();
      } else {
        inWindow++;
        issue();
      }
    }

    @Override
    public void onError(Throwable failure) {
      window.fail(failure);
      window.workerDone();
    }
  }
}
