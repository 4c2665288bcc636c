package io.sennit.bench.grid;

import io.sennit.bench.harness.Load;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured.
 *
 * @param cases each on every system that supports it
 * @param rounds how often
 * @param leadMillis a window before each sample that is thrown away
 * @param budgetSeconds no retry and no further round is begun that would go beyond
 */
record GridPlan(List<Load> cases, int rounds, int leadMillis, long budgetSeconds) {
  private static final int QUICK_MILLIS = 700;
  private static final int FULL_MILLIS = 800;
  private static final int IDLE_MILLIS = 2000;

  /** 512 B at 1 and 256 in flight and the 512 B server stream; ends within 150 s. */
  static GridPlan quick(int rounds) {
    Cases cases = new Cases(QUICK_MILLIS);
    cases.unary(512, 1, Load.PLATFORM, Load.INLINE);
    cases.unary(512, 256, Load.CALLBACK, Load.INLINE);
    cases.unary(512, 256, Load.CALLBACK, Load.VTHREAD);
    cases.unary(512, 256, Load.VTHREAD, Load.INLINE);
    cases.unary(512, 256, Load.VTHREAD, Load.VTHREAD);
    cases.add(Load.SERVER_STREAM, 512, 1, Load.CALLBACK, Load.INLINE);
    return new GridPlan(cases.all, rounds, 150, 138);
  }

  /** Two builds of one system: the quick cases, bulk and the other direction. */
  static GridPlan beside(int rounds) {
    Cases cases = new Cases(QUICK_MILLIS);
    cases.all.addAll(quick(rounds).cases());
    cases.unary(65536, 32, Load.CALLBACK, Load.INLINE);
    cases.add(Load.SERVER_STREAM, 65536, 1, Load.CALLBACK, Load.INLINE);
    cases.add(Load.CLIENT_STREAM, 512, 1, Load.CALLBACK, Load.INLINE);
    return new GridPlan(cases.all, rounds, 150, 600);
  }

  /** Everything. */
  static GridPlan full(int rounds) {
    Cases cases = new Cases(FULL_MILLIS);
    for (int payload : new int[] {16, 512, 4096, 65536}) {
      cases.unary(payload, 1, Load.PLATFORM, Load.INLINE);
      for (int inflight : new int[] {1, 32, 256, 1024}) {
        cases.unary(payload, inflight, Load.CALLBACK, Load.INLINE);
        cases.unary(payload, inflight, Load.VTHREAD, Load.INLINE);
      }
    }
    for (int inflight : new int[] {1, 32, 256, 1024}) {
      cases.unary(512, inflight, Load.VTHREAD, Load.VTHREAD);
    }
    cases.unary(512, 256, Load.CALLBACK, Load.VTHREAD);
    cases.unary(512, 256, Load.CALLBACK, "default");
    for (int payload : new int[] {512, 65536}) {
      cases.add(Load.SERVER_STREAM, payload, 1, Load.CALLBACK, Load.INLINE);
      cases.add(Load.CLIENT_STREAM, payload, 1, Load.CALLBACK, Load.INLINE);
    }
    // one credit an item, as the original does it: a handler word of Sennit's peer alone
    cases.add(Load.SERVER_STREAM, 512, 1, Load.CALLBACK, "item-credit");
    // a virtual thread at either end: another of its handler words
    cases.add(Load.SERVER_STREAM, 512, 1, Load.VTHREAD, "blocking");
    cases.add(Load.CLIENT_STREAM, 512, 1, Load.VTHREAD, "blocking");
    cases.add(Load.BIDI, 512, 1, Load.CALLBACK, Load.INLINE);
    cases.add(Load.BIDI, 512, 64, Load.CALLBACK, Load.INLINE);
    cases.add(Load.HOL_ALONE, 512, 1, Load.PLATFORM, Load.INLINE);
    cases.add(Load.HOL, 512, 1, Load.PLATFORM, Load.INLINE);
    cases.add(Load.HOL_MESSAGE, 512, 1, Load.PLATFORM, Load.INLINE);
    cases.add(Load.IDLE, 0, 0, Load.CALLBACK, Load.INLINE);
    return new GridPlan(cases.all, rounds, 200, 3600);
  }

  /** Only some kinds of work. */
  GridPlan only(List<String> works) {
    return works.isEmpty()
        ? this
        : new GridPlan(
            cases.stream().filter(load -> works.contains(load.work())).toList(),
            rounds,
            leadMillis,
            budgetSeconds);
  }

  /** Whether client and server get one core each for this case. */
  static boolean pinned(Load load) {
    return load.work().equals(Load.UNARY) && load.caller().equals(Load.PLATFORM);
  }

  private static final class Cases {
    private final List<Load> all = new ArrayList<>();
    private final int millis;

    Cases(int millis) {
      this.millis = millis;
    }

    void unary(int payload, int inflight, String caller, String handler) {
      add(Load.UNARY, payload, inflight, caller, handler);
    }

    void add(String work, int payload, int inflight, String caller, String handler) {
      int lasting = work.equals(Load.IDLE) ? IDLE_MILLIS : millis;
      all.add(new Load(work, payload, inflight, caller, handler, Load.PLAIN, lasting));
    }
  }
}
