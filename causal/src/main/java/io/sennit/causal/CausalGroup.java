package io.sennit.causal;

import io.sennit.causal.crdt.DotMap;
import io.sennit.causal.crdt.DotOperation;
import io.sennit.causal.engine.Application;
import io.sennit.causal.engine.GroupEngine;
import io.sennit.core.ConfigException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.core.loop.SerialLane;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A member of a group: publishes operations, and applies all members' operations in causal order,
 * each once. Methods may be called from any thread; those that wait are meant for virtual threads.
 * docs/protocol/causal.md, docs/promises/causal.md.
 *
 * @param <T> the type of its operations
 */
public final class CausalGroup<T> implements AutoCloseable {
  /** How long {@link #publish(Object)} waits: 30 seconds. */
  public static final Within PUBLISH_LIMIT = new Within(Duration.ofSeconds(30));

  private static final Duration LANE_LIMIT = Duration.ofSeconds(5);
  private static final int LANE_TASKS = 1 << 20; // the engine gives it one batch at a time
  private static final long LANE_BYTES = 1L << 40;

  private final Group<T> contract;
  private final Loop loop;
  private final Runner runner;
  private final SerialLane lane;
  private final GroupWork<T> work;
  private final GroupEngine engine;
  private final Runnable whenClosed;

  CausalGroup(
      Group<T> contract,
      GroupHandler<T> handler,
      Loop loop,
      Runner runner,
      Function<Application, GroupEngine> engine,
      Consumer<CausalGroup<T>> whenClosed) {
    this.contract = contract;
    this.loop = loop;
    this.runner = runner;
    this.lane = new SerialLane(loop, runner, "causal-" + contract.name(), LANE_TASKS, LANE_BYTES);
    this.work = new GroupWork<>(contract, handler, loop, runner, lane);
    this.engine = engine.apply(work);
    this.whenClosed = () -> whenClosed.accept(this);
  }

  /** Its contract. */
  public Group<T> contract() {
    return contract;
  }

  GroupEngine engine() {
    return engine;
  }

  /**
   * Publishes an operation; returns when it is durable here, after at most 30 seconds.
   *
   * @return its stamp
   * @throws SennitException whose {@link SennitException#outcome} says what is known: {@code
   *     DID_NOT_RUN}, or {@code UNKNOWN} if it may be durable
   */
  public Stamp publish(T operation) throws InterruptedException {
    return publish(operation, Octets.EMPTY, PUBLISH_LIMIT);
  }

  /**
   * Publishes an operation under a name of the caller's: publishing it again at this member under
   * the same name changes nothing and returns the same stamp, as long as the name is among the last
   * 65,536 used here.
   *
   * @param id at most 256 bytes; empty for none
   */
  public Stamp publish(T operation, Octets id, Within within) throws InterruptedException {
    var payload = GroupWork.payload(GroupWork.USER, contract.codec().encode(operation));
    var answer = new LoopAnswer<Stamp>(runner);
    loop.execute(() -> engine.publish(payload, id, answer));
    return answer.await(loop, within, doing("publish", Outcome.UNKNOWN), Phase.STORAGE);
  }

  /** The same without waiting; the future is completed on the group's loop. */
  public CompletableFuture<Stamp> publishAsync(T operation, Octets id) {
    var payload = GroupWork.payload(GroupWork.USER, contract.codec().encode(operation));
    var future = new CompletableFuture<Stamp>();
    loop.execute(() -> engine.publish(payload, id, LoopAnswer.into(future)));
    return future;
  }

  /**
   * Waits until members have said that an operation is durable there.
   *
   * @param members their names; this member may be among them
   */
  public Visibility awaitVisible(Stamp stamp, List<String> members, Within within)
      throws InterruptedException {
    long begin = runner.nanoTime();
    var answer = new LoopAnswer<List<String>>(runner);
    loop.execute(() -> engine.awaitVisible(stamp.dot(), members, within.nanos(), answer));
    var longer = new Within(within.duration().plusSeconds(5)); // the engine answers before
    var behind = answer.await(loop, longer, doing("await visible", Outcome.RAN), Phase.WIRE);
    return behind.isEmpty()
        ? new Visibility.Everywhere(Duration.ofNanos(runner.nanoTime() - begin))
        : new Visibility.StillMissing(behind);
  }

  // --- data types

  private static String objectName(String name) {
    if (!Origin.isName(name)) {
      throw new ConfigException("object", name, "1 to 128 of A-Z a-z 0-9 . _ - : [ ]");
    }
    return name;
  }

  /**
   * A set of the group, by its name: the same one whoever asks. A name is of one type for ever.
   *
   * @param name 1 to 128 of {@code A-Z a-z 0-9 . _ - : [ ]}
   */
  public <E> OrSet<E> orSet(String name, Codec<E> codec) {
    return new OrSet<>(this, objectName(name), codec);
  }

  /** A map of the group, by its name. */
  public <K, V> OrMap<K, V> orMap(String name, Codec<K> keys, Codec<V> values) {
    return new OrMap<>(this, objectName(name), keys, values);
  }

  /** A register of the group, by its name. */
  public <E> SharedRegister<E> register(String name, Codec<E> codec) {
    return new SharedRegister<>(this, objectName(name), codec);
  }

  /** A counter of the group, by its name. */
  public PnCounter counter(String name) {
    return new PnCounter(this, objectName(name));
  }

  GroupObjects objects() {
    return work.objects();
  }

  /** Publishes a change of a map against what it holds on the loop; empty: there is none. */
  Optional<Stamp> change(String name, Function<DotMap, Optional<? extends DotOperation>> how)
      throws InterruptedException {
    var answer = new LoopAnswer<Optional<Stamp>>(runner);
    Done<Stamp> published = Done.of(stamp -> answer.ok(Optional.of(stamp)), answer::failed);
    loop.execute(
        () -> {
          var operation = how.apply(objects().map(name));
          if (operation.isPresent()) {
            var bytes = GroupObjects.mapOperation(name, operation.get());
            engine.publish(GroupWork.payload(GroupWork.OBJECT, bytes), Octets.EMPTY, published);
          } else {
            answer.ok(Optional.empty());
          }
        });
    return answer.await(
        loop, PUBLISH_LIMIT, doing("change " + name, Outcome.UNKNOWN), Phase.STORAGE);
  }

  Stamp count(String name, long change) throws InterruptedException {
    var bytes = GroupWork.payload(GroupWork.OBJECT, GroupObjects.countOperation(name, change));
    var answer = new LoopAnswer<Stamp>(runner);
    loop.execute(() -> engine.publish(bytes, Octets.EMPTY, answer));
    return answer.await(
        loop, PUBLISH_LIMIT, doing("change " + name, Outcome.UNKNOWN), Phase.STORAGE);
  }

  OrSet.Watch watch(String name, GroupWork.KeyChange told) {
    return work.watch(name, told);
  }

  // --- what is known

  /** The names of all members, this one among them. */
  public List<String> members() {
    return List.copyOf(engine.settings().members().keySet());
  }

  /** How it stands; waits for the group's loop. */
  public GroupStatus status(Within within) throws InterruptedException {
    var answer = new LoopAnswer<GroupStatus>(runner);
    loop.execute(() -> answer.ok(engine.status()));
    return answer.await(loop, within, doing("status", Outcome.RAN), Phase.QUEUED);
  }

  /** Operations on which the handler threw, since the start. */
  public long deadLetters() {
    return work.deadLetters();
  }

  private ErrorContext doing(String what, Outcome outcome) {
    return new ErrorContext(
        "",
        what + " in " + contract.name(),
        Duration.ZERO,
        outcome,
        "Publish again with the same id, if there was one");
  }

  /** Ends its part in the group; what was published and is not durable is answered. */
  @Override
  public void close() {
    loop.execute(engine::close);
    lane.close(LANE_LIMIT, () -> {});
    whenClosed.run();
  }
}
