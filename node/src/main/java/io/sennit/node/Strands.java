package io.sennit.node;

import io.sennit.core.ConfigException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Fabric;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The strands that run in a node, in the order in which they started. */
final class Strands {
  private static final System.Logger LOG = System.getLogger("io.sennit.node");

  private record Entry(Strand strand, RunningStrand running) {}

  private final Fabric fabric;
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  Strands(Fabric fabric) {
    this.fabric = fabric;
  }

  /**
   * Starts one and hands on its verbs.
   *
   * @param limit how long its start may take; the strand is interrupted then
   * @throws SennitException that names the strand
   */
  void start(
      Strand strand, StrandContext context, Duration limit, Consumer<ControlProvider> verbs) {
    try {
      var running = new StrandStart(fabric, strand, context).within(limit);
      entries.add(new Entry(strand, running)); // from here on it is closed with the others
      for (var verb : running.verbs()) {
        if (!verb.name().equals(strand.name()) && !verb.name().startsWith(strand.name() + ".")) {
          throw new ConfigException(
              "verb", verb.name(), strand.name() + ", or that with a dot and a word after it");
        }
        verbs.accept(verb);
      }
    } catch (SennitException e) {
      var how = e.context();
      throw e.in(
          new ErrorContext(
              how.peer(),
              "start of strand " + strand.name(),
              how.elapsed(),
              Outcome.DID_NOT_RUN,
              how.advice()));
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new RejectedException(
          "strand " + strand.name() + " did not start: " + e, ErrorContext.NONE, e);
    }
  }

  /** The face of that type. */
  <T> T face(Class<T> type) {
    var found =
        entries.stream().map(e -> e.running().face()).filter(type::isInstance).distinct().toList();
    if (found.size() != 1) {
      throw new ConfigException(
          "strand",
          type.getName(),
          found.isEmpty()
              ? "a strand that runs here; there are "
                  + names()
                  + ". Is its module on the class path?"
              : "the type of one strand, not of " + found.size());
    }
    return type.cast(found.getFirst());
  }

  private List<String> names() {
    return entries.stream().map(e -> e.strand().name()).toList();
  }

  /** How each stands. */
  Map<String, Health> health() {
    var all = new LinkedHashMap<String, Health>();
    for (var entry : entries) {
      Health health;
      try {
        health = entry.running().health();
      } catch (RuntimeException e) {
        health = Health.down("it cannot say how it stands: " + e);
      }
      all.put(entry.strand().name(), health);
    }
    return all;
  }

  /**
   * Drains them, the last started first, each on a thread of its own.
   *
   * @return whether all were done in time
   */
  boolean drain(Within within) throws InterruptedException {
    long end = fabric.runner().nanoTime() + within.nanos();
    boolean all = true;
    for (var entry : entries.reversed()) {
      long left = end - fabric.runner().nanoTime();
      all &= left > 0 && drain(entry, Duration.ofNanos(left));
    }
    return all;
  }

  private boolean drain(Entry entry, Duration left) throws InterruptedException {
    var gate = new Gate(fabric.runner());
    var done = new AtomicBoolean();
    var late = new AtomicBoolean();
    var name = entry.strand().name();
    var loop = fabric.quietLoop();
    loop.execute(
        () ->
            loop.timer(
                    () -> {
                      late.set(true);
                      gate.signal();
                    })
                .arm(left.toNanos()));
    var thread =
        fabric
            .runner()
            .start(
                "sennit-drain-" + name,
                () -> {
                  try {
                    entry.running().drain(new Within(left));
                  } catch (InterruptedException e) {
                    LOG.log(Level.DEBUG, "the drain of strand " + name + " was cut short", e);
                  } catch (Exception e) {
                    LOG.log(Level.WARNING, "the drain of strand " + name, e);
                  } finally {
                    done.set(true);
                    gate.signal();
                  }
                });
    boolean inTime = false; // looked at before the thread is interrupted, which makes it end
    try {
      gate.await(() -> done.get() || late.get());
      inTime = done.get();
    } finally {
      if (!inTime) {
        thread.cancel(true);
      }
    }
    if (!inTime) {
      LOG.log(Level.WARNING, "strand {0} has not drained within {1} ms", name, left.toMillis());
    }
    return inTime;
  }

  /** Ends them, the last started first. */
  void close() {
    for (var entry : entries.reversed()) {
      try {
        entry.running().close();
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "the end of strand " + entry.strand().name(), e);
      }
    }
    entries.clear();
  }
}
