package io.sennit.bench.harness;

/**
 * Closed loop by blocking calls: as many virtual threads as calls in flight, or one platform thread
 * that plays ping-pong.
 */
final class BlockingDriver implements Driver {
  @Override
  public LoadResult run(PeerClient client, Load load) throws Exception {
    boolean platform = load.caller().equals(Load.PLATFORM);
    if (platform && load.inflight() != 1) {
      throw new IllegalArgumentException("a platform-thread caller has one call in flight");
    }
    byte[][] requests = Payloads.requests(load.inflight(), load.payload());
    Window window = new Window(load.inflight(), load.millis());
    Caller[] callers = new Caller[load.inflight()];
    Thread[] threads = new Thread[callers.length];
    for (int i = 0; i < callers.length; i++) {
      callers[i] = new Caller(client, window, requests[i % requests.length], load.inflight());
      threads[i] =
          platform
              ? Thread.ofPlatform().name("caller").daemon().start(callers[i])
              : Thread.ofVirtual().start(callers[i]);
    }
    try {
      window.run();
    } finally {
      for (Thread thread : threads) {
        thread.interrupt(); // only matters after a failure: the others are done
      }
    }
    long inWindow = 0;
    long total = 0;
    for (Caller caller : callers) {
      inWindow += caller.inWindow;
      total += caller.done;
    }
    return window.result(inWindow, total);
  }

  private static final class Caller implements Runnable {
    private final PeerClient client;
    private final Window window;
    private final byte[] request;
    private final int mask;
    private long done;
    private long inWindow;

    Caller(PeerClient client, Window window, byte[] request, int inflight) {
      this.client = client;
      this.window = window;
      this.request = request;
      this.mask = Latencies.mask(inflight);
    }

    @Override
    public void run() {
      try {
        while (!window.closed()) {
          boolean timed = (done & mask) == 0;
          long started = timed ? System.nanoTime() : 0;
          byte[] reply = client.callBlocking(request);
          if (timed) {
            window.latencies.record(System.nanoTime() - started);
          }
          Payloads.check(request, reply, done);
          done++;
          if (!window.closed()) {
            inWindow++;
          }
        }
      } catch (Exception e) {
        window.fail(e);
      } finally {
        window.workerDone();
      }
    }
  }
}
