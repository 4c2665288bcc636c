package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.Deadline;
import io.sennit.core.Thrown;
import io.sennit.core.loop.Outbox;
import io.sennit.core.loop.RareLog;
import io.sennit.core.loop.SerialLane;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.mesh.engine.Terminal.Sender;
import io.sennit.mesh.wire.Envelope;
import io.sennit.mesh.wire.Envelope.AnswerStatus;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Runs handlers: commands of one sender and id one after the other, requests side by side, all
 * within bounds. Registration is for any thread, the rest for the loop.
 */
final class Dispatcher {
  private static final int MOST_RUNNING = 4096;
  private static final int MOST_QUEUED = 16_384;
  private static final int MOST_LANES = 4096;
  private static final int LANE_TASKS = 1 << 19;
  private static final long LANE_BYTES = 64L << 20;
  private static final int MAX_ERROR_TEXT = 4096;
  private static final int MAX_ANSWER = 10_000_000;

  /** Sends an answer. */
  interface Answers {
    void answer(Sender to, Envelope.Answer answer);
  }

  private record LaneKey(Address from, long uid, int command) {}

  private record RequestKey(Address from, int correlation) {}

  private final Loop loop;
  private final Runner runner;
  private final Answers answers;
  private final RareLog log = RareLog.of("io.sennit.mesh.handlers");
  private final Map<Integer, List<BytesHandler>> commands = new ConcurrentHashMap<>();
  private final Map<Integer, BytesHandler> rpcs = new ConcurrentHashMap<>();
  private final Map<LaneKey, SerialLane> lanes = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<RequestKey, Running> requests = new LinkedHashMap<>();
  private final ArrayDeque<Running> queue = new ArrayDeque<>();
  private int running;
  private boolean closed;
  private volatile long handled;
  private volatile long unhandled;
  private volatile long overloaded;

  Dispatcher(Loop loop, Runner runner, Answers answers) {
    this.loop = loop;
    this.runner = runner;
    this.answers = answers;
  }

  // ---- registration

  void addCommand(int command, BytesHandler handler) {
    commands.computeIfAbsent(command, _ -> new CopyOnWriteArrayList<>()).add(handler);
  }

  boolean addRpc(int command, BytesHandler handler) {
    return rpcs.putIfAbsent(command, handler) == null;
  }

  boolean isTaken(int command) {
    return commands.containsKey(command) || rpcs.containsKey(command);
  }

  long handled() {
    return handled;
  }

  long unhandled() {
    return unhandled;
  }

  long overloaded() {
    return overloaded;
  }

  // ---- commands

  void command(Sender from, Envelope.Command command, Runnable release) {
    var handlers = commands.get(command.command());
    if (handlers == null || closed) {
      unhandled++;
      release.run();
      return;
    }
    handled++;
    var key = new LaneKey(from.address(), from.life().unique(), command.command());
    var lane = lanes.get(key);
    if (lane == null) {
      lane =
          new SerialLane(loop, runner, "mesh command " + command.command(), LANE_TASKS, LANE_BYTES);
      lanes.put(key, lane);
      evictLanes();
    }
    var offer =
        lane.offer(() -> runAll(handlers, command, from.address()), command.body().length, release);
    if (offer != Outbox.Offer.TAKEN) {
      overloaded++;
      release.run();
      log.log(
          loop.nanoTime(),
          Level.WARNING,
          "a command " + command.command() + " from " + from.address() + " was dropped: " + offer,
          null);
    }
  }

  private void evictLanes() {
    if (lanes.size() > MOST_LANES) {
      for (var it = lanes.values().iterator(); it.hasNext(); ) {
        if (it.next().pending() == 0) {
          it.remove();
          return;
        }
      }
    }
  }

  private void runAll(List<BytesHandler> handlers, Envelope.Command command, Address from) {
    try {
      handleAll(handlers, command.body(), from);
    } catch (Exception e) {
      log.log(
          runner.nanoTime(),
          Level.WARNING,
          "a handler of command " + command.command() + " failed",
          Thrown.printable(e));
    }
  }

  private static byte @Nullable [] handleAll(List<BytesHandler> handlers, byte[] body, Address from)
      throws Exception {
    byte[] last = null;
    for (var handler : handlers) {
      var answer = handler.handle(body, from);
      last = answer == null ? last : answer;
    }
    return last;
  }

  // ---- requests

  /** A request that waits or runs; answered once. */
  private final class Running {
    final Sender from;
    final Envelope.Ask ask;
    final Runnable release;
    final Loop.Timer timer = loop.timer(this::expired);
    final long deadline;
    @Nullable Future<?> future;
    boolean started;
    boolean over;

    Running(Sender from, Envelope.Ask ask, Runnable release) {
      this.from = from;
      this.ask = ask;
      this.release = release;
      this.deadline = loop.nanoTime() + ask.millisLeft() * 1_000_000;
      timer.arm(ask.millisLeft() * 1_000_000);
    }

    void start() {
      started = true;
      running++;
      future = runner.start("mesh request " + ask.command(), this::run);
    }

    private void run() {
      AnswerStatus status;
      byte[] body;
      try {
        Deadline left = () -> deadline - runner.nanoTime();
        var answer = ScopedValue.where(Deadline.CURRENT, left).call(this::handle);
        status = AnswerStatus.OK;
        body = answer == null ? new byte[0] : answer;
        if (body.length > MAX_ANSWER) {
          status = AnswerStatus.HANDLER_ERROR;
          body = text("an answer of " + body.length + " bytes, at most " + MAX_ANSWER);
        }
      } catch (Exception e) {
        status =
            e instanceof io.sennit.core.ProtocolException && !ask.rpc()
                ? AnswerStatus.BAD_PAYLOAD
                : AnswerStatus.HANDLER_ERROR;
        body = text(Thrown.message(e));
      }
      var told = status;
      var with = body;
      loop.execute(() -> finished(told, with));
    }

    private byte @Nullable [] handle() throws Exception {
      if (ask.rpc()) {
        var handler = rpcs.get(ask.command());
        return handler == null ? null : handler.handle(ask.body(), from.address());
      }
      return handleAll(commands.getOrDefault(ask.command(), List.of()), ask.body(), from.address());
    }

    private void finished(AnswerStatus status, byte[] body) {
      running--;
      end(status, body);
      next();
    }

    private void expired() {
      if (started) {
        interrupt();
      }
      end(AnswerStatus.EXPIRED, new byte[0]);
    }

    void interrupt() {
      var one = future;
      if (one != null) {
        one.cancel(true);
      }
    }

    void end(AnswerStatus status, byte[] body) {
      if (over) {
        return;
      }
      over = true;
      timer.cancel();
      requests.remove(new RequestKey(from.address(), ask.correlation()), this);
      release.run();
      answers.answer(
          from,
          new Envelope.Answer(
              ask.rpc(), ask.command(), ask.correlation(), status, ask.codec(), body));
    }
  }

  private static byte[] text(String words) {
    var bytes = words.getBytes(StandardCharsets.UTF_8);
    return bytes.length > MAX_ERROR_TEXT ? Arrays.copyOf(bytes, MAX_ERROR_TEXT) : bytes;
  }

  void request(Sender from, Envelope.Ask ask, Runnable release) {
    var key = new RequestKey(from.address(), ask.correlation());
    if (requests.containsKey(key)) {
      release.run();
      return; // a correlation is used once
    }
    boolean known =
        ask.rpc() ? rpcs.containsKey(ask.command()) : commands.containsKey(ask.command());
    var request = new Running(from, ask, release);
    requests.put(key, request);
    if (!known || closed) {
      unhandled++;
      request.end(AnswerStatus.NO_HANDLER, new byte[0]);
    } else if (ask.millisLeft() == 0) {
      request.end(AnswerStatus.EXPIRED, new byte[0]);
    } else if (running < MOST_RUNNING) {
      handled++;
      request.start();
    } else if (queue.size() < MOST_QUEUED) {
      handled++;
      queue.add(request);
    } else {
      overloaded++;
      request.end(AnswerStatus.OVERLOADED, new byte[0]);
    }
  }

  private void next() {
    while (running < MOST_RUNNING && !queue.isEmpty()) {
      var request = queue.poll();
      if (!request.over) {
        request.start();
      }
    }
  }

  /** The caller does not wait any more. */
  void cancelled(Sender from, int correlation) {
    var request = requests.get(new RequestKey(from.address(), correlation));
    if (request != null) {
      request.interrupt();
    }
  }

  boolean isQuiet() {
    return requests.isEmpty() && lanes.values().stream().allMatch(lane -> lane.pending() == 0);
  }

  /** Nothing new is handled; what runs is interrupted. */
  void close() {
    closed = true;
    List.copyOf(requests.values()).forEach(Running::interrupt);
    queue.clear();
    for (var lane : lanes.values()) {
      lane.close(java.time.Duration.ofSeconds(1), () -> {});
    }
    lanes.clear();
  }
}
