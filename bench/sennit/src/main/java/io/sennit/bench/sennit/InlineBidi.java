package io.sennit.bench.sennit;

import io.sennit.bench.harness.BidiStream;
import io.sennit.bench.harness.StreamReceiver;
import io.sennit.grid.InlineOutput;
import io.sennit.grid.InlineStream;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * A stream both ways on the loop. The first item comes from the driver's thread, all others from
 * inside {@link #item}.
 */
final class InlineBidi implements InlineStream<byte[]>, BidiStream {
  private final StreamReceiver receiver;
  private final CompletableFuture<InlineOutput<byte[]>> begun = new CompletableFuture<>();
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(); // for credit, at first
  private boolean onLoop;
  private boolean finished;

  InlineBidi(StreamReceiver receiver) {
    this.receiver = receiver;
  }

  InlineStream<byte[]> begin(InlineOutput<byte[]> out) {
    begun.complete(out);
    return this;
  }

  @Override
  public void item(byte[] item) {
    receiver.onItem(item);
  }

  @Override
  public void writable() {
    var out = begun.join();
    while (!waiting.isEmpty() && out.trySend(waiting.peek())) {
      waiting.remove();
    }
    if (finished && waiting.isEmpty()) {
      out.end();
    }
  }

  @Override
  public void send(byte[] item) {
    var out = begun.join();
    if (!onLoop) {
      onLoop = true;
      out.execute(() -> send(item));
    } else if (!waiting.isEmpty() || !out.trySend(item)) {
      waiting.add(item);
    }
  }

  @Override
  public void finish() {
    finished = true;
    writable();
  }
}
