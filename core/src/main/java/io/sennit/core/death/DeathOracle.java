package io.sennit.core.death;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.death.Evidence.Kind;
import io.sennit.core.spi.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Weighs what witnesses report and gives every strand the same verdict. One a process.
 *
 * <pre>{@code
 * var oracle = new DeathOracle();
 * oracle.listen(loop, change -> {
 *   if (change.now() instanceof Verdict.Dead dead) {
 *     takeOver(change.subject(), dead.life());
 *   }
 * });
 * oracle.report(Evidence.of(Kind.HEARD, peer, Optional.of(life), me, loop.wallTime()));
 * }</pre>
 *
 * <p>All methods may be called from any thread and none waits or takes a lock. A report takes
 * effect before {@link #report} returns, unless another thread is just applying one: that thread
 * then applies both, in the order of their arrival. In a simulation it always takes effect at once.
 *
 * <p>Bounded: at most {@code maxSubjects} addresses, {@value Subject#MAX_EVIDENCE} pieces of
 * evidence each, and {@value #MAX_WAITING} reports that wait for another thread. Of addresses,
 * those that are alive go before those doubted, those before the dead, and the one not reported for
 * longest goes first; its verdict is {@link Verdict.Unknown} again. Of waiting reports, only those
 * that prove nothing are dropped, and counted.
 */
public final class DeathOracle {
  /** The usual number of addresses. */
  public static final int MAX_SUBJECTS = 4096;

  static final int MAX_WAITING = 16_384;

  private static final Logger LOG = System.getLogger("io.sennit.core.death");

  /**
   * A verdict that changed. When a later life follows an earlier one, the end of the earlier comes
   * first, then the new life.
   */
  public record Change(Address subject, Verdict before, Verdict now) {}

  private sealed interface Report {
    record Seen(Evidence evidence) implements Report {}

    record Forget(Address subject) implements Report {}
  }

  private final int maxSubjects;
  private final Map<Address, Subject> subjects = new ConcurrentHashMap<>(); // written in apply
  private final LinkedHashMap<Address, Boolean> byAge = new LinkedHashMap<>(); // oldest first
  private final ConcurrentLinkedQueue<Report> reports = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final CopyOnWriteArrayList<VerdictListener> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder dropped = new LongAdder();

  /** Of the usual size. */
  public DeathOracle() {
    this(MAX_SUBJECTS);
  }

  /**
   * Of another size.
   *
   * @param maxSubjects addresses remembered, 1 to 1,000,000
   */
  public DeathOracle(int maxSubjects) {
    if (maxSubjects < 1 || maxSubjects > 1_000_000) {
      throw new ConfigException(
          "death.subjects", String.valueOf(maxSubjects), "a number from 1 to 1000000");
    }
    this.maxSubjects = maxSubjects;
  }

  /**
   * Takes a piece of evidence. Saying the same again changes nothing, and neither does anything
   * said of a life that is over.
   *
   * @throws IllegalArgumentException for {@link Kind#NEWER_LIFE}, which follows from {@link
   *     Kind#HEARD} with the later life
   */
  public void report(Evidence evidence) {
    if (evidence.kind() == Kind.NEWER_LIFE) {
      throw new IllegalArgumentException("report HEARD with the later life instead: " + evidence);
    }
    boolean needed =
        evidence.strength() == Strength.PROOF
            || evidence.kind() == Kind.HEARD && evidence.life().isPresent();
    if (!needed && waiting.get() >= MAX_WAITING) {
      dropped.increment();
      return;
    }
    take(new Report.Seen(evidence));
  }

  /** Forgets an address, as when it is taken out of the configuration. */
  public void forget(Address subject) {
    take(new Report.Forget(subject));
  }

  /** The verdict on the newest life known at an address. */
  public Verdict verdict(Address subject) {
    return known(subject).verdict();
  }

  /** The verdict on one life; an earlier life than the newest known one is dead. */
  public Verdict verdict(Address subject, Incarnation life) {
    return known(subject).verdict(life);
  }

  /** All addresses of which something is known, in their order. */
  public Map<Address, Verdict> verdicts() {
    var all = new TreeMap<Address, Verdict>();
    subjects.forEach((address, subject) -> all.put(address, subject.verdict()));
    return all;
  }

  /** Reports dropped because too many waited. */
  public long dropped() {
    return dropped.sum();
  }

  /**
   * Tells each later change once, on {@code loop}, those of one address in their order, until the
   * handle is closed or the loop ends. A listener whose loop is far behind is told for each address
   * the last death and the last verdict only. What {@code told} throws is logged.
   */
  public Listening listen(Loop loop, Consumer<Change> told) {
    var listener = new VerdictListener(loop, told, 2 * maxSubjects, listeners::remove);
    listeners.add(listener);
    return listener;
  }

  /** Ends the telling; any thread. On the listener's loop, nothing more is told after it. */
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  private Subject known(Address subject) {
    return subjects.getOrDefault(subject, Subject.UNKNOWN);
  }

  /** Whoever finds nobody applying reports applies all that come, one after another. */
  private void take(Report report) {
    reports.add(report);
    if (waiting.getAndIncrement() > 0) {
      return;
    }
    do {
      var next = reports.poll();
      try {
        if (next != null) {
          apply(next);
        }
      } catch (Throwable t) { // as when memory runs out: those that wait must not wait for ever
        LOG.log(Level.ERROR, "evidence was not weighed: " + next, t);
      }
    } while (waiting.decrementAndGet() > 0);
  }

  private void apply(Report report) {
    switch (report) {
      case Report.Seen(var evidence) -> weigh(evidence);
      case Report.Forget(var subject) -> drop(subject);
    }
  }

  private void weigh(Evidence evidence) {
    var address = evidence.subject();
    var before = known(address);
    var now = before.with(evidence);
    byAge.remove(address);
    byAge.put(address, true);
    if (now == before) {
      return;
    }
    subjects.put(address, now);
    tell(address, before.verdict(), now.verdict(), evidence);
    if (subjects.size() > maxSubjects) {
      drop(leastNeeded(address));
    }
  }

  private void tell(Address address, Verdict was, Verdict is, Evidence evidence) {
    var before = was;
    if (evidence.kind() == Kind.HEARD
        && before.life().isPresent()
        && is.life().isPresent()
        && is.life().get().isAfter(before.life().get())
        && before.strength() != Strength.PROOF) {
      var earlier = before.life().get();
      var end =
          new Verdict.Dead(
              Optional.of(earlier), Subject.followed(evidence, earlier, is.life().get()));
      tell(new Change(address, before, end));
      before = end;
    }
    if (!before.equals(is)) {
      tell(new Change(address, before, is));
    }
  }

  private void tell(Change change) {
    for (var listener : listeners) {
      listener.add(change);
    }
  }

  private void drop(Address address) {
    byAge.remove(address);
    var gone = subjects.remove(address);
    if (gone != null) {
      tell(new Change(address, gone.verdict(), new Verdict.Unknown()));
    }
  }

  private Address leastNeeded(Address butNot) {
    for (var most : List.of(Strength.NONE, Strength.LEASE, Strength.PROOF)) {
      for (var address : byAge.keySet()) {
        if (!address.equals(butNot) && known(address).verdict().strength().compareTo(most) <= 0) {
          return address;
        }
      }
    }
    return butNot; // the only one
  }
}
