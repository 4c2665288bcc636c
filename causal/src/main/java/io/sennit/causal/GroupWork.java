package io.sennit.causal;

import io.sennit.causal.engine.Application;
import io.sennit.causal.wire.FrameWriter;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.Thrown;
import io.sennit.core.loop.Outbox.Offer;
import io.sennit.core.loop.RareLog;
import io.sennit.core.loop.SerialLane;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the operations of a group do: those of data types at once, on the loop; those of the user's
 * type in the user's handler, on the group's lane.
 */
final class GroupWork<T> implements Application {
  /** The first byte of a payload: an operation of the user's type. */
  static final byte USER = 0;

  /** An operation of a data type. */
  static final byte OBJECT = 1;

  private static final byte STATE = 's';
  private static final byte DEAD = 'd';
  private static final int RESTORED_AT_ONCE = 1_000;

  private final Group<T> contract;
  private final GroupHandler<T> handler;
  private final Loop loop;
  private final Runner runner;
  private final SerialLane lane;
  private final GroupObjects objects = new GroupObjects();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final AtomicLong deadLetters = new AtomicLong();
  private final RareLog log = RareLog.of("io.sennit.causal");
  private List<Runnable> restoring = new ArrayList<>(); // on the loop

  /** Told on the lane. */
  interface KeyChange {
    void changed(Octets key, boolean before, boolean after, Stamp by);
  }

  private record Watcher(String name, KeyChange told) {}

  GroupWork(Group<T> contract, GroupHandler<T> handler, Loop loop, Runner runner, SerialLane lane) {
    this.contract = contract;
    this.handler = handler;
    this.loop = loop;
    this.runner = runner;
    this.lane = lane;
  }

  static byte[] payload(byte kind, byte[] rest) {
    return new FrameWriter().raw(new byte[] {kind}).raw(rest).toBytes();
  }

  GroupObjects objects() {
    return objects;
  }

  long deadLetters() {
    return deadLetters.get();
  }

  OrSet.Watch watch(String name, KeyChange told) {
    var watcher = new Watcher(name, told);
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  private void onLane(Runnable work) {
    if (lane.offer(work, 0) == Offer.FULL) {
      log.log(runner.nanoTime(), Level.ERROR, contract.name() + ": its lane is full", null);
    }
  }

  @Override
  public void reset() {
    restoring.clear();
    objects.reset();
    onLane(handler::reset);
  }

  @Override
  public void restored(Octets key, byte[] value) {
    var bytes = key.toBytes();
    if (!objects.restored(bytes, value) && bytes.length > 0 && bytes[0] == STATE) {
      var own = Octets.of(Arrays.copyOfRange(bytes, 1, bytes.length));
      restoring.add(() -> handler.restored(own, value));
      if (restoring.size() >= RESTORED_AT_ONCE) {
        restoreNow();
      }
    }
  }

  private void restoreNow() {
    var now = restoring;
    if (!now.isEmpty()) {
      restoring = new ArrayList<>();
      onLane(() -> now.forEach(Runnable::run));
    }
  }

  @Override
  public void opened() {
    restoreNow();
  }

  @Override
  public void apply(List<OpRecord> ops, Done<List<Effect>> done) {
    var effects = new ArrayList<Effect>();
    var users = new ArrayList<OpRecord>();
    var changes = new ArrayList<Runnable>();
    for (var op : ops) {
      var payload = op.payload();
      if (payload.length > 0 && payload[0] == OBJECT) {
        effects.add(change(op, Arrays.copyOfRange(payload, 1, payload.length), changes));
      } else {
        users.add(op);
      }
    }
    if (users.isEmpty()) {
      done.ok(effects);
    } else {
      onLane(() -> handle(users, effects, done));
    }
    changes.forEach(this::onLane);
  }

  /** On the lane. */
  private void handle(List<OpRecord> ops, List<Effect> effects, Done<List<Effect>> done) {
    try {
      for (var op : ops) {
        effects.addAll(effectsOf(op));
      }
    } catch (Error e) {
      // no memory, no stack: no word on the operations; they are handed over again
      loop.execute(() -> done.failed(unable(e)));
      return;
    }
    loop.execute(() -> done.ok(effects));
  }

  private StorageException unable(Error why) {
    return new StorageException(
        "the handler failed: " + Thrown.words(why),
        new ErrorContext(
            "",
            "apply in " + contract.name(),
            Duration.ZERO,
            Outcome.DID_NOT_RUN,
            "The operations are handed over again"),
        Thrown.printable(why));
  }

  /** A data type changes; what its watchers are to be told is kept for the lane. */
  private Effect change(OpRecord op, byte[] change, List<Runnable> changes) {
    try {
      return objects.apply(
          change,
          op.stamp(),
          (name, key, before, after, by) -> {
            for (var watcher : watchers) {
              if (watcher.name.equals(name)) {
                changes.add(() -> watcher.told.changed(key, before, after, by));
              }
            }
          });
    } catch (ProtocolException e) {
      return deadLetter(op, e);
    }
  }

  private List<Effect> effectsOf(OpRecord op) {
    var writes = new Writes();
    try {
      var payload = op.payload();
      if (payload.length == 0 || payload[0] != USER) {
        throw new ProtocolException("payload", 0, "is of no known kind");
      }
      var bytes = Arrays.copyOfRange(payload, 1, payload.length);
      handler.apply(contract.codec().decode(bytes), op.stamp(), writes);
      return writes.effects;
    } catch (Exception e) {
      return List.of(deadLetter(op, e));
    }
  }

  private Effect deadLetter(OpRecord op, Exception why) {
    deadLetters.incrementAndGet();
    log.log(
        runner.nanoTime(),
        Level.ERROR,
        contract.name() + ": operation " + op.dot() + " goes to the dead letters",
        Thrown.printable(why));
    var value =
        new FrameWriter()
            .bytes(op.bytes())
            .bytes(Octets.utf8(Thrown.message(why)).toBytes())
            .toBytes();
    return new Effect(key(DEAD, Octets.utf8(op.dot().toString())), value);
  }

  @Override
  public void stopped(SennitException why) {
    log.log(
        runner.nanoTime(), Level.WARNING, contract.name() + " stopped: " + why.getMessage(), null);
  }

  private static Octets key(byte kind, Octets key) {
    return Octets.of(new FrameWriter().raw(new byte[] {kind}).raw(key.toBytes()).toBytes());
  }

  private static final class Writes implements GroupWrites {
    final List<Effect> effects = new ArrayList<>();

    @Override
    public void put(Octets key, byte[] value) {
      effects.add(new Effect(key(STATE, key), value.clone()));
    }

    @Override
    public void remove(Octets key) {
      effects.add(new Effect(key(STATE, key), null));
    }
  }
}
