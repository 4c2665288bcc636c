package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Stamp;
import io.sennit.causal.wire.FrameReader;
import io.sennit.causal.wire.FrameWriter;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.Address;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One process of a simulated group: its store, its port, its engine, and the judge's books of it.
 */
final class StormMember {
  static final int PORT = 7400;

  private static final long REOPEN_NANOS = Duration.ofMillis(100).toNanos();

  final String name;
  final Fabric fabric;
  final Loop loop;
  final GroupEngine engine;
  private final CausalJudge judge;
  private final Consumer<AssertionError> wrong;
  private final boolean mayLose;
  private final String store;
  private CausalJudge.Applied applied;
  private int position; // of the next operation in the state
  int workers;
  private boolean checkedOpening;

  StormMember(
      String name,
      Fabric fabric,
      GroupSettings settings,
      CausalJudge judge,
      boolean mayLose,
      Consumer<AssertionError> wrong) {
    this.name = name;
    this.fabric = fabric;
    this.loop = fabric.loop();
    this.judge = judge;
    this.mayLose = mayLose;
    this.wrong = wrong;
    this.store = "causal";
    this.applied = new CausalJudge.Applied(name);
    this.engine = new GroupEngine(loop, fabric.links(), settings, new Books(), (_, _) -> true);
  }

  /** Listens and opens the store; on the loop. */
  void start() {
    var port = new CausalPort(loop, engine.maxFrame(), engine.maxOp());
    port.add(engine);
    fabric
        .links()
        .listen(
            loop,
            Address.of(name, PORT),
            GroupEngine.spec(engine.settings()),
            port,
            Done.of(_ -> {}, why -> wrong.accept(new AssertionError("no port", why))));
    open();
  }

  private void open() {
    fabric.store(loop, store, Done.of(this::opened, _ -> later()));
  }

  private void opened(Store opened) {
    opened.onFailure(
        why -> {
          engine.failed(why);
          opened.close();
          later();
        });
    checkedOpening = false;
    engine.opened(opened);
  }

  private void later() {
    loop.timer(this::open).arm(REOPEN_NANOS);
  }

  CausalJudge.Applied applied() {
    return applied;
  }

  boolean isRunning() {
    return engine.isRunning();
  }

  /** Publishes under a number of the judge, or again if it has one; on the loop. */
  void publish(int again, boolean withId, int size, BiConsumer<Integer, CausalJudge.End> told) {
    if (!engine.isRunning()) {
      told.accept(again, CausalJudge.End.OPEN); // not even asked
      return;
    }
    int number = again >= 0 ? again : judge.publish(applied);
    if (again >= 0) {
      judge.repeat(again, applied);
    }
    var payload = new FrameWriter().number(number).raw(new byte[size]).toBytes();
    var id = withId ? Octets.utf8("id " + number) : Octets.EMPTY;
    engine.publish(
        payload,
        id,
        Done.of(
            (Stamp _) -> told(number, CausalJudge.End.DURABLE, told),
            why ->
                told(
                    number,
                    why.outcome() == Outcome.UNKNOWN || again >= 0
                        ? CausalJudge.End.UNKNOWN
                        : CausalJudge.End.DID_NOT_RUN,
                    told)));
  }

  private void told(int number, CausalJudge.End end, BiConsumer<Integer, CausalJudge.End> told) {
    guarded(() -> judge.ended(number, end));
    told.accept(number, end);
  }

  private void guarded(Runnable check) {
    try {
      check.run();
    } catch (AssertionError e) {
      wrong.accept(e);
    }
  }

  static int number(OpRecord op) {
    return (int) new FrameReader(op.payload()).number("number");
  }

  /** The state: a row of the operations that were applied. */
  private final class Books implements Application {
    @Override
    public void reset() {
      applied = new CausalJudge.Applied(name);
      position = 0;
    }

    @Override
    public void restored(Octets key, byte[] value) {
      var in = new FrameReader(value);
      int number = (int) in.number("number");
      judge.restored(applied, number, new Dot(in.origin("dot"), in.seq("dot")));
      position++;
    }

    @Override
    public void apply(List<OpRecord> ops, Done<List<Effect>> done) {
      guarded(this::checkOpening);
      var effects = new ArrayList<Effect>();
      for (var op : ops) {
        int number = number(op);
        guarded(() -> judge.applied(applied, number, op.dot()));
        effects.add(
            new Effect(
                Octets.of(new FrameWriter().fixed64(position++).toBytes()),
                new FrameWriter()
                    .number(number)
                    .origin(op.dot().origin())
                    .number(op.dot().seq())
                    .toBytes()));
      }
      if (loop.random().nextInt(4) == 0) {
        loop.execute(() -> done.ok(effects)); // as an application on another thread does
      } else {
        done.ok(effects);
      }
    }

    private void checkOpening() {
      if (checkedOpening) {
        return;
      }
      checkedOpening = true;
      var found = applied;
      var running = engine.pipeline();
      if (running != null && !running.durable().seqs().equals(found.last)) {
        throw new AssertionError(
            "at the opening of "
                + name
                + " the effects say "
                + found.last
                + " and the clock "
                + running.durable());
      }
      judge.mustHave(found, name, mayLose);
    }

    @Override
    public void stopped(SennitException why) {}
  }
}
