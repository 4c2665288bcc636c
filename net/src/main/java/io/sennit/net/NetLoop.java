package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.Thrown;
import io.sennit.core.loop.RareLog;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One thread, in turns: sockets, then tasks, then due timers, then the turn's end, at which what
 * was written leaves. The clock is read at most once a turn, by whoever asks first. What a step
 * throws is counted, logged and told, and the loop goes on ({@link Turns}); after its end it still
 * answers ({@link EndedLoops}).
 */
final class NetLoop implements Loop {
  /** Of {@link #turnBegan}: the thread waits, or has done nothing yet that took time. */
  static final long NO_TURN = 0;

  private static final Logger LOG = System.getLogger("io.sennit.net.loop");

  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What lives here has so long for a graceful end; a little later the rest is cut off. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final long CUT_OFF_NANOS = GRACE.plusMillis(250).toNanos();
  private static final long LAST_TASKS_MILLIS = 1_000;
  private static final int LATE_AT_ONCE = 256;
  private static final VarHandle TURN_BEGAN;

  static {
    try {
      TURN_BEGAN = MethodHandles.lookup().findVarHandle(NetLoop.class, "turnBegan", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String name;
  private final FabricListener listener;
  private final LongAdder directHeld = new LongAdder();
  private final Wakings wakings = new Wakings();
  private final Timers timers = new Timers(this::nanoTime);
  private final TurnEnds ends = new TurnEnds(this);
  private final Turns events;
  private final Pool work;
  private final SecureRandom secrets;
  private final RandomGenerator random;
  private final Set<Ends> living = new LinkedHashSet<>();
  private final Queue<Posted> late = new ConcurrentLinkedQueue<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final RareLog failureLog = RareLog.of("io.sennit.net.loop");
  private final RareLog slowLog = RareLog.of("io.sennit.net.loop");
  private final RareLog blockedLog = RareLog.of("io.sennit.net.loop");
  private final byte[] in = new byte[ReadBuffers.SIZE];
  private final ByteBuf lent = Unpooled.wrappedBuffer(in);
  private final ByteBuf readBuffer;
  private @Nullable ByteBuf writeBuffer;
  private boolean lending;
  private boolean timeRead;
  private boolean stopped;
  private final long bornNanos = System.nanoTime();
  private long now = bornNanos;
  private volatile @Nullable Thread thread;
  private volatile @Nullable SennitException over;
  private volatile boolean ended;
  private volatile long turns;
  private volatile long slowTurns;
  private volatile long longestTurn;
  private volatile long failures;

  @SuppressWarnings("UnusedVariable") // by its handle
  private long turnBegan;

  /** What lives on a loop and must end with it. */
  interface Ends {
    /** Ends at once. */
    void end(SennitException why);

    /** Ends in good order, within that time; by default at once. */
    default void endWithin(Duration most, SennitException why) {
      end(why);
    }
  }

  NetLoop(String name, Io io, Pool work, SecureRandom secrets, FabricListener listener) {
    this.name = name;
    this.listener = listener;
    this.work = work;
    this.secrets = secrets;
    this.random = new SplittableRandom(secrets.nextLong());
    this.events = new Turns(this, timers, new LoopThreads(this), io);
    this.readBuffer = PooledByteBufAllocator.DEFAULT.directBuffer(ReadBuffers.SIZE);
  }

  // ---- its thread and turns

  Wakings wakings() {
    return wakings;
  }

  void runsOn(Thread mine) {
    thread = mine;
  }

  void endTurn() {
    try {
      ends.run();
    } catch (Throwable t) {
      failed("the end of a turn", t);
    }
    try {
      wakings.turnEnded();
    } catch (Throwable t) {
      failed("waking threads", t);
    }
    if (timeRead) {
      timeRead = false;
      TURN_BEGAN.setOpaque(this, NO_TURN);
      count(System.nanoTime() - now);
    }
  }

  @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
  private void count(long took) {
    turns++;
    if (took > longestTurn) {
      longestTurn = took;
    }
    if (took > SLOW_NANOS) {
      slowTurns++;
      var words =
          "a turn of " + name + " took " + took / 1_000_000 + " ms; " + slowTurns + " so far";
      try {
        // a young loop's turns load classes: that is no news to anybody
        slowLog.log(now, isYoung(now) ? Level.DEBUG : Level.WARNING, words, null);
      } catch (Throwable t) {
        failed("logging", t);
      }
    }
  }

  boolean isYoung(long at) {
    return at - bornNanos < YOUNG_NANOS;
  }

  /** When the turn that its thread is in began to do something; {@link #NO_TURN}: it waits. */
  long turnBegan() {
    return (long) TURN_BEGAN.getOpaque(this);
  }

  StackTraceElement[] stack() {
    var mine = thread;
    return mine == null ? new StackTraceElement[0] : mine.getStackTrace();
  }

  /** Said by the watchdog, on its thread. */
  void blocked(Level level, long sofar, String words) {
    blockedLog.log(System.nanoTime(), level, words, null);
  }

  boolean hasMore() {
    return ends.hasMore();
  }

  /** Runs what may be an engine's; what it throws is dealt with here. */
  void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      failed("a task", t);
    }
  }

  /** Something threw where nobody expected it; whoever it was of is ended by others. */
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
  void failed(String what, Throwable thrown) {
    failures++;
    try {
      var why = Thrown.printable(thrown);
      if (!failureLog.log(
          System.nanoTime(), Level.WARNING, what + " of " + name + " failed", why)) {
        LOG.log(Level.DEBUG, what + " of " + name + " failed", why);
      }
      listener.loopFailed(name, why);
    } catch (Throwable _) {
      failures++; // there may be no memory to say it in; the count says it
    }
  }

  @Override
  public Stats stats() {
    return new Stats(turns, slowTurns, longestTurn, failures);
  }

  // ---- its end

  /** Why nothing may begin here any more; null while it may. Any thread. */
  @Nullable SennitException over() {
    return over;
  }

  /** Ends what lives here, in good order if there is time, and then itself; on the loop. */
  void close(SennitException why) {
    if (over != null) {
      return;
    }
    over = why;
    for (var one : List.copyOf(living)) {
      guarded(() -> one.endWithin(GRACE, why));
    }
    if (living.isEmpty()) {
      stop();
    } else {
      timer(
              () -> {
                endAll(why);
                stop();
              })
          .arm(CUT_OFF_NANOS);
    }
  }

  private void stop() {
    if (!stopped) {
      stopped = true;
      events.shutdownGracefully(0, LAST_TASKS_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void endAll(SennitException why) {
    for (var one : List.copyOf(living)) {
      guarded(() -> one.end(why));
    }
  }

  /** By its thread, as the last thing that is done in turns. */
  void threadEnds(@Nullable Throwable thrown) {
    shuttingDown(thrown);
    endTurn();
    readBuffer.release();
    if (writeBuffer != null) {
      writeBuffer.release();
      writeBuffer = null;
    }
  }

  /** It ends; if nobody asked for that, what lives on it is told now. */
  void shuttingDown(@Nullable Throwable thrown) {
    if (over == null) {
      unexpectedEnd(
          thrown == null ? new IllegalStateException("its executor was shut down") : thrown);
    }
  }

  private void unexpectedEnd(Throwable thrown) {
    var cause = Thrown.printable(thrown);
    var why =
        new DisconnectedException(
            name + " has ended: " + Thrown.words(cause),
            ErrorContext.advice("Close this fabric and open another one."),
            cause);
    over = why;
    endAll(why);
    guarded(
        () -> {
          LOG.log(Level.ERROR, name + " has ended; what lived on it was told", cause);
          listener.loopEnded(name, cause);
        });
  }

  /** By its thread when nothing more of it follows. */
  void gone() {
    ended = true;
    gone.countDown();
    if (!late.isEmpty()) {
      EndedLoops.run(this);
    }
  }

  /** Whether its thread has ended within that time. */
  boolean awaitEnd(long nanos) throws InterruptedException {
    return gone.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Runs what was given to it after its end, on the thread that ended loops share. */
  void runLate() {
    for (int n = 0; n < LATE_AT_ONCE; n++) {
      var one = late.poll();
      if (one == null) {
        return;
      }
      one.runTaken();
      endTurn();
    }
    EndedLoops.run(this); // others have their turn
  }

  @Override
  public boolean inLoop() {
    return events.inEventLoop() || ended && EndedLoops.here();
  }

  /** For channels. */
  EventLoop events() {
    return events;
  }

  /** On the loop: elsewhere a loop that ends meanwhile could not answer. */
  Future<?> register(Channel channel) {
    assert inLoop() : "off the loop";
    return events.register(channel);
  }

  @Override
  public void execute(Runnable task) {
    var posted = new Posted(this, task);
    if (!ended) {
      try {
        events.execute(posted);
        // asked after the handing over: who sees no end here is seen by the loop's last turn
        if (!events.isShutdown() || !posted.take()) {
          return;
        }
      } catch (RejectedExecutionException _) {
        posted.take(); // nobody else has it
      }
    }
    late.add(posted);
    if (ended) {
      EndedLoops.run(this);
    }
  }

  /** The same. */
  void soon(Runnable task) {
    execute(task);
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public long nanoTime() {
    assert inLoop() : "off the loop";
    if (!timeRead) {
      timeRead = true;
      now = System.nanoTime();
      TURN_BEGAN.setOpaque(this, now == NO_TURN ? 1 : now);
    }
    return now;
  }

  @Override
  public Instant wallTime() {
    assert inLoop() : "off the loop";
    return Instant.now();
  }

  @Override
  public RandomGenerator random() {
    assert inLoop() : "off the loop";
    return random;
  }

  @Override
  public SecureRandom secrets() {
    assert inLoop() : "off the loop";
    return secrets;
  }

  @Override
  public Timer timer(Runnable task) {
    assert inLoop() : "off the loop";
    return timers.timer(task);
  }

  @Override
  public void atTurnEnd(Runnable task) {
    assert inLoop() : "off the loop";
    ends.ask(task);
  }

  @Override
  public <T> void offload(Callable<T> what, Done<T> done) {
    assert inLoop() : "off the loop";
    work.start(what, this, done);
  }

  /** Told what happens to the fabric. */
  FabricListener listener() {
    return listener;
  }

  /** Bytes more (or fewer) that links which wait for their peers hold outside the heap. */
  void holdsDirect(int bytes) {
    directHeld.add(bytes);
  }

  /** Bytes outside the heap that links which wait for their peers hold. Any thread. */
  long directHeld() {
    return directHeld.sum();
  }

  void flushAtTurnEnd(TurnEnds.Writer writer) {
    ends.ask(writer);
  }

  /** The direct buffer every plain read goes into; one reference of it is the reader's. */
  ByteBuf readBuffer() {
    return readBuffer.refCnt() == 1
        ? readBuffer.clear().retain()
        : PooledByteBufAllocator.DEFAULT.directBuffer(ReadBuffers.SIZE);
  }

  /** Copies bytes to the heap, to be lent until {@link #giveBack}. */
  ByteBuf lend(ByteBuf from) {
    int n = Math.min(from.readableBytes(), ReadBuffers.SIZE);
    if (lending) {
      return Unpooled.buffer(n).writeBytes(from, n);
    }
    lending = true;
    from.readBytes(in, 0, n);
    return lent.setIndex(0, n);
  }

  void giveBack(ByteBuf buffer) {
    if (buffer == lent) {
      lending = false;
    }
  }

  /** An empty direct buffer for bytes on their way out; one reference of it is the writer's. */
  ByteBuf writeBuffer() {
    var spare = writeBuffer;
    if (spare == null || spare.refCnt() != 1) {
      if (spare != null) {
        spare.release();
      }
      spare = PooledByteBufAllocator.DEFAULT.directBuffer(SocketWriter.CHUNK);
      writeBuffer = spare;
    }
    return spare.clear().retain();
  }

  /** Lives here from now on; on the loop. What comes when the loop is closing ends at once. */
  void lives(Ends one) {
    living.add(one);
    var why = over;
    if (why != null) {
      execute(() -> one.end(why));
    }
  }

  void ended(Ends one) {
    if (living.remove(one) && over != null && living.isEmpty()) {
      stop();
    }
  }
}
