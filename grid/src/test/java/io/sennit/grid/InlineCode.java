package io.sennit.grid;

import io.sennit.core.SennitException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sends so many numbered items as it may, then ends; notes all it is told. */
class InlineCode implements InlineStream<byte[]> {
  final InlineOutput<byte[]> out;
  final int count;
  final int size;
  final List<Integer> got = new CopyOnWriteArrayList<>();
  volatile int sent;
  volatile int ends;
  final List<SennitException> failures = new CopyOnWriteArrayList<>();

  InlineCode(InlineOutput<byte[]> out, int count, int size) {
    this.out = out;
    this.count = count;
    this.size = size;
  }

  /** Sends nothing and does not end. */
  static InlineCode silent(InlineOutput<byte[]> out) {
    return new InlineCode(out, 0, 0) {
      @Override
      public void writable() {
        // for ever
      }
    };
  }

  @Override
  public void item(byte[] item) {
    got.add(number(item));
  }

  @Override
  public void writable() {
    while (sent < count && out.trySend(numbered(sent, size))) {
      sent = sent + 1;
    }
    if (sent == count) {
      out.end();
    }
  }

  @Override
  public void ended() {
    ends = ends + 1;
  }

  @Override
  public void failed(SennitException why) {
    failures.add(why);
  }

  @Override
  public String toString() {
    return sent + " sent, " + got.size() + " got, " + ends + " ends, " + failures;
  }

  private static byte[] numbered(int i, int size) {
    return ByteBuffer.allocate(size).putInt(i).array();
  }

  static int number(byte[] item) {
    return ByteBuffer.wrap(item).getInt();
  }
}
