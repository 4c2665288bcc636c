package io.sennit.mesh.engine;

import java.util.ArrayList;
import java.util.List;

/** How a list of receivers is cut among those who pass a message on. */
public final class Shares {
  private Shares() {}

  /**
   * One that is sent to, and whom it sends to.
   *
   * @param head the receiver
   * @param below to be reached through it
   */
  public record Share<T>(T head, List<T> below) {
    /** Copies the list. */
    public Share {
      below = List.copyOf(below);
    }
  }

  /**
   * Cuts: the first {@code limit} are heads, the others are cut in their order into as many runs
   * whose lengths differ by one at most, the longer first.
   *
   * @param limit how many one sends to at most, 1 or more
   */
  public static <T> List<Share<T>> cut(List<T> receivers, int limit) {
    int heads = Math.min(limit, receivers.size());
    int rest = receivers.size() - heads;
    var shares = new ArrayList<Share<T>>(heads);
    int at = heads;
    for (int i = 0; i < heads; i++) {
      int length = rest / heads + (i < rest % heads ? 1 : 0);
      shares.add(new Share<>(receivers.get(i), receivers.subList(at, at + length)));
      at += length;
    }
    return shares;
  }

  /** Sendings one after the other until the last of so many has it: limit + limit^2 + ... */
  public static int hops(int receivers, int limit) {
    long reach = 0;
    long level = 1;
    int hops = 0;
    while (reach < receivers) {
      level = Math.min(level * limit, Integer.MAX_VALUE);
      reach += level;
      hops++;
    }
    return hops;
  }
}
