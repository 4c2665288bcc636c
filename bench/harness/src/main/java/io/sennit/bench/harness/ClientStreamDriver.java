package io.sennit.bench.harness;

import java.util.Arrays;

/** Streams to the server, which answers each with its count and bytes. */
final class ClientStreamDriver implements Driver {
  @Override
  public LoadResult run(PeerClient client, Load load) throws Exception {
    byte[] item = Payloads.item(load.payload());
    return new StreamRun(
            load,
            (run, count) ->
                client.clientStream(
                    count,
                    item,
                    new Summary(run, Payloads.streamSummary(count, (long) count * load.payload()))))
        .run();
  }

  private record Summary(StreamRun run, byte[] expected) implements ReplyCallback {
    @Override
    public void onReply(byte[] reply) {
      if (Arrays.equals(expected, reply)) {
        run.ended();
      } else {
        run.fail(new IllegalStateException("the server counted something else"));
      }
    }

    @Override
    public void onError(Throwable failure) {
      run.fail(failure);
    }
  }
}
