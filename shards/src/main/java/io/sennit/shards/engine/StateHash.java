package io.sennit.shards.engine;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;

/** Count, bytes and hash (XXH3 with seed 0) of pieces of state in their order, §8.3. */
final class StateHash {
  private final HashStream64 stream = Hashing.xxh3_64().hashStream();
  private long count;
  private long bytes;

  void add(byte[] piece) {
    stream.putInt(piece.length);
    stream.putBytes(piece);
    count++;
    bytes += piece.length;
  }

  long count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  long hash() {
    return stream.getAsLong();
  }
}
