package io.sennit.node;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One start of a strand, on a thread of its own, so that a strand that hangs is named and does not
 * hang its node. What comes up too late is closed.
 */
final class StrandStart {
  /** How it ended; the first one counts. */
  private sealed interface End {
    record Started(RunningStrand running) implements End {}

    record Threw(Throwable why) implements End {}

    record Late() implements End {}
  }

  private final Fabric fabric;
  private final Strand strand;
  private final StrandContext context;
  private final Gate gate;
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();

  StrandStart(Fabric fabric, Strand strand, StrandContext context) {
    this.fabric = fabric;
    this.strand = strand;
    this.context = context;
    this.gate = new Gate(fabric.runner());
  }

  /** Starts it and waits; throws what its start threw. */
  RunningStrand within(Duration limit) throws Exception {
    var timer = new AtomicReference<Loop.@Nullable Timer>();
    var loop = fabric.quietLoop();
    loop.execute(
        () -> {
          var armed = loop.timer(() -> end(new End.Late()));
          timer.set(armed);
          armed.arm(limit.toNanos());
        });
    var thread = fabric.runner().start("sennit-start-" + strand.name(), this::start);
    try {
      gate.await(() -> end.get() != null || thread.isCancelled());
    } catch (InterruptedException e) {
      end(new End.Late());
      thread.cancel(true);
      throw e;
    } finally {
      loop.execute(
          () -> {
            var armed = timer.get();
            if (armed != null) {
              armed.cancel();
            }
          });
    }
    return switch (end.get()) {
      case End.Started started -> started.running();
      case End.Threw(Exception why) -> throw why;
      case End.Threw(Error why) -> throw why;
      case End.Threw(var why) -> throw new IllegalStateException(why);
      case End.Late _ -> {
        thread.cancel(true);
        throw new DeadlineExceededException(
            "strand " + strand.name() + " did not start within " + limit.toMillis() + " ms",
            Phase.UNKNOWN,
            ErrorContext.advice("A strand must not wait for peers while it starts."));
      }
      case null -> throw new InterruptedException("the fabric was closed");
    };
  }

  private void start() {
    RunningStrand running;
    try {
      running = strand.start(context);
    } catch (Throwable e) { // whoever waits throws it
      end(new End.Threw(e));
      return;
    }
    if (!end(new End.Started(running))) {
      System.getLogger(StrandStart.class.getName())
          .log(Level.WARNING, "strand {0} came up too late and is closed", strand.name());
      running.close();
    }
  }

  private boolean end(End how) {
    boolean first = end.compareAndSet(null, how);
    if (first) {
      gate.signal();
    }
    return first;
  }
}
