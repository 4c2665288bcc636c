package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.Future;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One thread, in turns: sockets, then tasks, then due timers, then the turn's end, at which what
 * was written leaves. The clock is read at most once a turn, by whoever asks first.
 */
final class NetLoop implements Loop {
  private static final Logger LOG = System.getLogger("io.sennit.net.loop");

  /** Tasks that keep adding tasks let sockets have their turn after this long. */
  private static final long TASKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String name;
  private final Wakings wakings = new Wakings();
  private final Turns events;
  private final Work work;
  private final SecureRandom secrets;
  private final FabricListener listener;
  private final RandomGenerator random;
  private final Timers timers = new Timers(this::nanoTime);
  private final ArrayDeque<Runnable> atEnd = new ArrayDeque<>();
  private final Map<Runnable, Boolean> asked = new IdentityHashMap<>();
  private final Set<Ends> living = new LinkedHashSet<>();
  private final LongAdder slowTurns = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder directHeld = new LongAdder();
  private final byte[] in = new byte[ReadBuffers.SIZE];
  private final ByteBuf lent = Unpooled.wrappedBuffer(in);
  private final ByteBuf readBuffer = PooledByteBufAllocator.DEFAULT.directBuffer(ReadBuffers.SIZE);
  private ArrayList<SocketPipe> written = new ArrayList<>();
  private ArrayList<SocketPipe> leaving = new ArrayList<>();
  private @Nullable ByteBuf writeBuffer;
  private boolean lending;
  private boolean timeRead;
  private final long bornNanos = System.nanoTime();
  private long now = bornNanos;
  private long slowLogged = now - LOG_NANOS;
  private long failureLogged = now - LOG_NANOS;

  /** What lives on a loop and must end with it. */
  interface Ends {
    void end(SennitException why);
  }

  NetLoop(String name, Io io, Work work, SecureRandom secrets, FabricListener listener) {
    this.name = name;
    this.events = new Turns(name, io);
    this.work = work;
    this.secrets = secrets;
    this.listener = listener;
    this.random = new SplittableRandom(secrets.nextLong());
  }

  /** The event loop, whose turns are ours to shape. */
  private final class Turns extends SingleThreadIoEventLoop {
    Turns(String name, Io io) {
      super((IoEventLoopGroup) null, new LoopThreads(name, wakings), io.handlers());
    }

    @Override
    protected void run() {
      ioHandler().initialize();
      do {
        runIo();
        if (isShuttingDown()) {
          ioHandler().prepareToDestroy();
        }
        if (hasTasks()) {
          NetLoop.this.nanoTime();
        }
        runAllTasks(TASKS_NANOS);
        timers.run(NetLoop.this.nanoTime(), NetLoop::guarded);
        endTurn();
      } while (!confirmShutdown() && !canSuspend());
      endTurn();
      freeBuffers();
    }

    /** The kernel is waited for no longer than the next timer allows. */
    @Override
    protected long delayNanos(long currentTimeNanos) {
      return Math.min(super.delayNanos(currentTimeNanos), timers.delay(currentTimeNanos));
    }
  }

  private void freeBuffers() {
    readBuffer.release();
    if (writeBuffer != null) {
      writeBuffer.release();
      writeBuffer = null;
    }
  }

  private void endTurn() {
    do {
      for (var task = atEnd.poll(); task != null; task = atEnd.poll()) {
        asked.remove(task);
        guarded(task);
      }
      var flushed = written;
      written = leaving;
      leaving = flushed;
      for (int i = 0; i < flushed.size(); i++) {
        flushed.get(i).turnEnded();
      }
      flushed.clear();
    } while (!atEnd.isEmpty() || !written.isEmpty());
    wakings.turnEnded();
    if (timeRead) {
      timeRead = false;
      long took = System.nanoTime() - now;
      if (took > SLOW_NANOS) {
        slow(took);
      }
    }
  }

  private void slow(long took) {
    slowTurns.increment();
    if (now - slowLogged >= LOG_NANOS) {
      slowLogged = now;
      // a young loop's turns load classes: that is no news to anybody
      LOG.log(
          now - bornNanos < YOUNG_NANOS ? Level.DEBUG : Level.WARNING,
          "a turn of {0} took {1} ms; {2} slow turns so far",
          name,
          took / 1_000_000,
          slowTurns.sum());
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      LOG.log(Level.WARNING, "a task of the loop failed", t);
    }
  }

  /** Turns that took over 10 ms. */
  long slowTurns() {
    return slowTurns.sum();
  }

  @Override
  public boolean inLoop() {
    return events.inEventLoop();
  }

  /** For channels. */
  EventLoop events() {
    return events;
  }

  Future<?> register(Channel channel) {
    return events.register(channel);
  }

  @Override
  public void execute(Runnable task) {
    events.execute(() -> guarded(task)); // a failure goes to our log, not to one that may be mute
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public long nanoTime() {
    assert events.inEventLoop() : "off the loop";
    if (!timeRead) {
      timeRead = true;
      now = System.nanoTime();
    }
    return now;
  }

  @Override
  public Instant wallTime() {
    assert events.inEventLoop() : "off the loop";
    return Instant.now();
  }

  @Override
  public RandomGenerator random() {
    assert events.inEventLoop() : "off the loop";
    return random;
  }

  @Override
  public SecureRandom secrets() {
    assert events.inEventLoop() : "off the loop";
    return secrets;
  }

  @Override
  public Timer timer(Runnable task) {
    assert events.inEventLoop() : "off the loop";
    return timers.timer(task);
  }

  @Override
  public void atTurnEnd(Runnable task) {
    assert events.inEventLoop() : "off the loop";
    if (asked.putIfAbsent(task, Boolean.TRUE) == null) {
      atEnd.add(task);
    }
  }

  @Override
  public <T> void offload(Callable<T> what, Done<T> done) {
    assert events.inEventLoop() : "off the loop";
    work.start(what, this, done);
  }

  /** Comes back to the loop from elsewhere; after its end there is nobody left to tell. */
  void comeBack(Runnable task) {
    try {
      execute(task);
    } catch (RejectedExecutionException _) {
      LOG.log(Level.DEBUG, "an answer came after the end of its loop");
    }
  }

  /** Runs later on this loop, or at once if the loop is just ending. */
  void soon(Runnable task) {
    if (events.isShutdown()) {
      guarded(task);
      return;
    }
    try {
      execute(task);
    } catch (RejectedExecutionException _) {
      guarded(task);
    }
  }

  /** Told what happens to the fabric. */
  FabricListener listener() {
    return listener;
  }

  /** Something threw where nobody expected it: it has ended, the loop goes on. */
  void failed(String where, Throwable thrown) {
    failures.increment();
    if (now - failureLogged >= LOG_NANOS) { // a peer may cause one after the other
      failureLogged = now;
      LOG.log(Level.ERROR, where + " failed; " + failures.sum() + " failures so far", thrown);
    }
    try {
      listener.loopFailed(name, thrown);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "the fabric's listener failed", e);
    }
  }

  void flushAtTurnEnd(SocketPipe link) {
    written.add(link);
  }

  /** Bytes more (or fewer) that links which wait for their peers hold outside the heap. */
  void holdsDirect(int bytes) {
    directHeld.add(bytes);
  }

  /** Bytes outside the heap that links which wait for their peers hold. Any thread. */
  long directHeld() {
    return directHeld.sum();
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

  void lives(Ends one) {
    living.add(one);
  }

  void ended(Ends one) {
    living.remove(one);
  }

  /** Ends all that lives here. */
  void endAll(SennitException why) {
    for (var one : List.copyOf(living)) {
      one.end(why);
    }
  }
}
