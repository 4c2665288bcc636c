package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.Origin;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the books of a group from outside: what was published, what its publisher had applied by
 * then, what became of it, and what each member applied in which order. It knows nothing of clocks;
 * the numbers of operations are its own. The first thing that is wrong is thrown.
 */
final class CausalJudge {
  /** How a publication ended. */
  enum End {
    OPEN,
    DURABLE,
    UNKNOWN,
    DID_NOT_RUN
  }

  /** One publication. */
  static final class Published {
    final String node;
    final BitSet causes;
    End end = End.OPEN;

    Published(String node, BitSet causes) {
      this.node = node;
      this.causes = causes;
    }
  }

  /** What a member's durable state and memory say it has applied, in order. */
  static final class Applied {
    final String node;
    final List<Integer> order = new ArrayList<>();
    final BitSet all = new BitSet();
    final TreeMap<Origin, Long> last = new TreeMap<>();

    Applied(String node) {
      this.node = node;
    }
  }

  private final List<Published> published = new ArrayList<>();
  private final TreeMap<Dot, Integer> numbers = new TreeMap<>();
  private final TreeMap<String, Long> checked = new TreeMap<>();

  /** Somebody publishes now; the number it goes by. */
  int publish(Applied seen) {
    published.add(new Published(seen.node, (BitSet) seen.all.clone()));
    count("published");
    return published.size() - 1;
  }

  /**
   * Somebody publishes again what may be durable. If it is not, what was applied then and is lost
   * since is no cause of it; if it is, all its causes are there.
   */
  void repeat(int number, Applied seen) {
    published.get(number).causes.and(seen.all);
    count("repeated");
  }

  /** It ended so, as its publisher was told. */
  void ended(int number, End end) {
    var one = published.get(number);
    if (one.end == End.DURABLE && end != End.DURABLE) {
      throw wrong(number, "was durable and then " + end);
    }
    one.end = end;
    count(end.name());
  }

  /** What a killed process waited for nobody knows. */
  void died(String node) {
    for (var one : published) {
      if (one.node.equals(node) && one.end == End.OPEN) {
        one.end = End.UNKNOWN;
      }
    }
  }

  /** A member applies an operation. */
  void applied(Applied by, int number, Dot dot) {
    if (number < 0 || number >= published.size()) {
      throw wrong(number, "was never published, applied at " + by.node);
    }
    var other = numbers.putIfAbsent(dot, number);
    if (other != null && other != number) {
      throw wrong(number, "has the number of another, " + other + ": " + dot);
    }
    if (by.all.get(number)) {
      throw wrong(number, "is applied twice at " + by.node);
    }
    long before = by.last.getOrDefault(dot.origin(), 0L);
    if (dot.seq() != before + 1) {
      throw wrong(number, dot + " is applied after number " + before + " at " + by.node);
    }
    var missing = (BitSet) published.get(number).causes.clone();
    count("causes", missing.cardinality());
    missing.andNot(by.all);
    if (!missing.isEmpty()) {
      throw wrong(
          number, "is applied at " + by.node + " before its cause " + missing.nextSetBit(0));
    }
    restored(by, number, dot);
    count("applied");
  }

  /** A member finds that it has applied an operation. */
  void restored(Applied by, int number, Dot dot) {
    by.order.add(number);
    by.all.set(number);
    by.last.put(dot.origin(), dot.seq());
  }

  /** What is durable must be there: at the publisher after each opening, everywhere at the end. */
  void mustHave(Applied at, String of, boolean mayHaveLost) {
    for (int i = 0; i < published.size(); i++) {
      var one = published.get(i);
      boolean asked = of.isEmpty() || one.node.equals(of);
      if (asked && one.end == End.DURABLE && !at.all.get(i) && !mayHaveLost) {
        throw wrong(i, "was durable at " + one.node + " and is lost at " + at.node);
      }
      if (asked && one.end == End.DURABLE) {
        count("durable");
      }
    }
  }

  /** All have the same, and nothing that was said not to have run. */
  void same(List<Applied> all) {
    for (var one : all) {
      if (!one.all.equals(all.getFirst().all)) {
        var differ = (BitSet) one.all.clone();
        differ.xor(all.getFirst().all);
        throw wrong(
            differ.nextSetBit(0), "is at only one of " + one.node + ", " + all.getFirst().node);
      }
      for (int i = one.all.nextSetBit(0); i >= 0; i = one.all.nextSetBit(i + 1)) {
        if (published.get(i).end == End.DID_NOT_RUN) {
          throw wrong(i, "was said not to have run, and is at " + one.node);
        }
      }
    }
    count("convergences");
  }

  private AssertionError wrong(int number, String what) {
    return new AssertionError("operation " + number + " " + what);
  }

  private void count(String what) {
    count(what, 1);
  }

  private void count(String what, long n) {
    checked.merge(what, n, Long::sum);
  }

  /** What was looked at, and how often. */
  Map<String, Long> checked() {
    return checked;
  }
}
