package io.sennit.bench.harness;

/** Streams from the server, received by callbacks. */
final class ServerStreamDriver implements Driver {
  @Override
  public LoadResult run(PeerClient client, Load load) throws Exception {
    byte[] expected = Payloads.item(load.payload());
    return new StreamRun(
            load,
            (run, count) ->
                client.serverStream(count, load.payload(), new Items(run, expected, count)))
        .run();
  }

  private static final class Items implements StreamReceiver {
    private final StreamRun run;
    private final byte[] expected;
    private final int count;
    private int received;

    Items(StreamRun run, byte[] expected, int count) {
      this.run = run;
      this.expected = expected;
      this.count = count;
    }

    @Override
    public void onItem(byte[] item) {
      try {
        Payloads.check(expected, item, received);
        received++;
      } catch (RuntimeException wrong) {
        run.fail(wrong);
      }
    }

    @Override
    public void onEnd() {
      if (received == count) {
        run.ended();
      } else {
        run.fail(new IllegalStateException(received + " items of " + count));
      }
    }

    @Override
    public void onError(Throwable failure) {
      run.fail(failure);
    }
  }
}
