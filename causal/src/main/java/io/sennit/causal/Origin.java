package io.sennit.causal;

/**
 * Where operations come from: one unbroken life of one member's log. Operations of an origin are
 * numbered from 1 without a hole, and no number is ever used twice: a member that opened its log
 * anew publishes under a new origin (docs/protocol/causal.md §2).
 *
 * @param member the member's name: 1 to 128 of {@code A-Z a-z 0-9 . _ - : [ ]}, so that an address
 *     is one
 * @param life drawn at random when the life begins
 */
public record Origin(String member, long life) implements Comparable<Origin> {
  /** Characters of the longest member name. */
  public static final int MAX_NAME = 128;

  /** Checks the name. */
  public Origin {
    if (!isName(member)) {
      throw new IllegalArgumentException("no name of a member: " + member);
    }
  }

  /** Whether a text may name a member. */
  public static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MAX_NAME) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!plain && "._-:[]".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** By member, then by life. */
  @Override
  public int compareTo(Origin other) {
    int byName = member.compareTo(other.member);
    return byName != 0 ? byName : Long.compareUnsigned(life, other.life);
  }

  /** {@code member@life}, the life in hex. */
  @Override
  public String toString() {
    return member + "@" + Long.toHexString(life);
  }
}
