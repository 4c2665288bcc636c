package io.sennit.mesh.engine;

import io.sennit.mesh.wire.AckRanges;

/** Which packets have come, as ranges for the next acknowledgement; the highest ones are kept. */
final class Received {
  private static final int MOST = AckRanges.MOST + 1;

  private final long[] first = new long[MOST + 1]; // from high to low
  private final long[] last = new long[MOST + 1];
  private int count;
  private long largestAt;

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Adds a number that has not come before.
   *
   * @return whether it leaves a gap behind the highest, or fills one: a reason to tell at once
   */
  boolean add(long number, long now) {
    if (count == 0 || number > last[0]) {
      largestAt = now;
    }
    int i = 0;
    while (i < count && first[i] > number + 1) {
      i++;
    }
    boolean outOfOrder = count > 0 && number != last[0] + 1;
    if (i < count && number <= last[i] + 1 && number >= first[i] - 1) {
      if (number == last[i] + 1) {
        last[i] = number;
        if (i > 0 && first[i - 1] == number + 1) { // joins the range above
          first[i - 1] = first[i];
          remove(i);
        }
      } else if (number == first[i] - 1) {
        first[i] = number;
        if (i + 1 < count && last[i + 1] == number - 1) {
          first[i] = first[i + 1];
          remove(i + 1);
        }
      }
      return outOfOrder;
    }
    if (i >= MOST) {
      return outOfOrder; // too far back to be told
    }
    System.arraycopy(first, i, first, i + 1, count - i);
    System.arraycopy(last, i, last, i + 1, count - i);
    first[i] = number;
    last[i] = number;
    count = Math.min(MOST, count + 1);
    return outOfOrder;
  }

  private void remove(int i) {
    System.arraycopy(first, i + 1, first, i, count - i - 1);
    System.arraycopy(last, i + 1, last, i, count - i - 1);
    count--;
  }

  /** When the highest number came. */
  long largestAt() {
    return largestAt;
  }

  AckRanges ranges(int most) {
    int told = Math.min(count, most);
    var bounds = new long[2 * told];
    for (int i = 0; i < told; i++) {
      bounds[2 * i] = first[i];
      bounds[2 * i + 1] = last[i];
    }
    return new AckRanges(bounds);
  }
}
