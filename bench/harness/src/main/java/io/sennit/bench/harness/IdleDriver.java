package io.sennit.bench.harness;

/** Does nothing; one operation is one second of an open connection. */
final class IdleDriver implements Driver {
  @Override
  public LoadResult run(PeerClient client, Load load) throws Exception {
    Window window = new Window(0, load.millis());
    window.run();
    long seconds = Math.max(1, Math.round(load.millis() / 1000.0));
    return window.result(seconds, seconds);
  }
}
