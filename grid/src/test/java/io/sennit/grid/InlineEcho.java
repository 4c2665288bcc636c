package io.sennit.grid;

import java.util.ArrayList;

/** Sends back what comes, holding what has no credit yet. */
final class InlineEcho implements InlineStream<byte[]> {
  private final InlineOutput<byte[]> out;
  private final ArrayList<byte[]> held = new ArrayList<>();
  private boolean ended;

  InlineEcho(InlineOutput<byte[]> out) {
    this.out = out;
  }

  @Override
  public void item(byte[] item) {
    held.add(item);
    writable();
  }

  @Override
  public void writable() {
    while (!held.isEmpty() && out.trySend(held.getFirst())) {
      held.removeFirst();
    }
    if (held.isEmpty() && ended) {
      out.end();
    }
  }

  @Override
  public void ended() {
    ended = true;
    writable();
  }
}
