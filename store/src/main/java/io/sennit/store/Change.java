package io.sennit.store;

/** One step of a batch. The arrays are the caller's and are not copied. */
sealed interface Change {
  record Append(String log, long index, byte[] record) implements Change {}

  record Cut(String log, long below) implements Change {}

  record Put(String map, byte[] key, byte[] value) implements Change {}

  record Remove(String map, byte[] key) implements Change {}
}
