package io.sennit.store;

/**
 * Where a log begins and ends.
 *
 * @param id its number in the tables
 * @param first index of the first record; equal to {@code next} when empty
 * @param next index of the next record
 */
record LogState(long id, long first, long next) {
  boolean empty() {
    return first == next;
  }

  boolean takes(long index) {
    return index >= 0 && index < Long.MAX_VALUE && (empty() || index == next);
  }

  LogState appended(long index) {
    return new LogState(id, empty() ? index : first, index + 1);
  }

  LogState cut(long below) {
    return below <= first ? this : new LogState(id, Math.min(below, next), next);
  }
}
