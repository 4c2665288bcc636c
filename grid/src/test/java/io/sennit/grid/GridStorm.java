package io.sennit.grid;

import static io.sennit.core.Within.within;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.engine.Insides;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * A grid in bad weather: every node calls and streams to all others at random while links are cut
 * at arbitrary bytes, then the weather heals and all must come to rest. What happens is told to a
 * {@link Judge}, who knows nothing of the engine.
 */
final class GridStorm {
  /** How it blows and what is done meanwhile. */
  record Plan(int nodes, int workers, int pace, Duration storm, boolean extensions) {}

  static final int ECHO = 1;
  static final int INLINE = 2;
  static final int SLOW = 3;
  static final int FAILS = 4;
  static final int DOWN = 5;
  static final int UP = 6;
  static final int BOTH = 7;

  private static final int HEAD = 16; // an id and a size

  private final Simulation simulation;
  private final Plan plan;
  private final Judge judge;
  private final BiFunction<Simulation, String, Fabric> fabrics;
  private final List<Manager> managers = new ArrayList<>();
  private long nextId = 1;
  private boolean over;
  private int working;
  private long calls;
  private long streams;

  GridStorm(
      Simulation simulation,
      Plan plan,
      Judge judge,
      BiFunction<Simulation, String, Fabric> fabrics) {
    this.simulation = simulation;
    this.plan = plan;
    this.judge = judge;
    this.fabrics = fabrics;
  }

  long calls() {
    return calls;
  }

  long streams() {
    return streams;
  }

  void run() {
    simulation.run(this::begin);
    simulation.beginStorm(weather(simulation.seed()), plan.storm());
    simulation.run(plan.storm().plusMillis(1));
    over = true;
    // The weather has healed: within a minute every pair must get calls through again.
    simulation.run(this::progress);
    simulation.run(
        () ->
            until(
                "all workers and handlers to end",
                () -> working == 0 && managers.stream().allMatch(m -> things(m) == 0)));
    simulation.run(
        () ->
            until(
                "all budgets to be given back",
                () -> managers.stream().allMatch(m -> Insides.budgets(m.engine()) == 0)));
    judge.verdict();
    long malformed = managers.stream().mapToLong(Manager::protocolErrors).sum();
    if (malformed > 0) {
      throw new AssertionError(malformed + " connections ended as malformed, by honest peers");
    }
    simulation.run(() -> managers.forEach(Manager::close));
    simulation.run(Duration.ofSeconds(10));
    if (!simulation.uncaught().isEmpty()) {
      throw new AssertionError("uncaught", simulation.uncaught().getFirst());
    }
  }

  private static int things(Manager m) {
    return Insides.openThings(m.engine());
  }

  static Weather weather(long seed) {
    var random = new SplittableRandom(seed * 31 + 7);
    return new Weather.Builder()
        .latency(50 + random.nextInt(1000), random.nextInt(2000))
        .spike(0.005)
        .slice(0.3)
        .links(100 + random.nextInt(400), 20, 20)
        .partitions(10, 10)
        .processes(20, 0, 0)
        .drift(200)
        .build();
  }

  private void begin() {
    for (int i = 0; i < plan.nodes(); i++) {
      var name = "n" + i;
      var fabric = fabrics.apply(simulation, name);
      var manager =
          Manager.builder()
              .fabric(fabric)
              .listen(io.sennit.core.Address.of(name, 0))
              .auth(io.sennit.grid.testing.TestGrid.DEBUG)
              .extensions(plan.extensions())
              .ping(Duration.ofSeconds(1))
              .muxPing(Duration.ofSeconds(1))
              .maxMessage(1 << 20)
              .queueBytes(1 << 20)
              .window(64 << 10)
              .gated()
              .start();
      managers.add(manager);
      serve(manager);
    }
    for (var one : managers) {
      for (var other : managers) {
        if (one != other) {
          one.add(other.hostName());
        }
      }
    }
    managers.forEach(Manager::openGate);
    for (var one : managers) {
      one.connections().forEach(c -> c.waitForConnect(within(Duration.ofSeconds(20))));
    }
    for (int i = 0; i < plan.nodes(); i++) {
      for (int w = 0; w < plan.workers(); w++) {
        int node = i;
        long seed = simulation.seed() * 1_000_003 + i * 101L + w;
        working++;
        simulation
            .node("n" + i)
            .runner()
            .start("worker", () -> work(node, new SplittableRandom(seed)));
      }
    }
  }

  // --- the handlers

  private void serve(Manager m) {
    m.registerSingle(ECHO, (request, caller) -> handled(request));
    m.registerSingleInline(INLINE, (request, caller) -> handled(request));
    m.registerSingle(
        SLOW,
        (request, caller) -> {
          var answer = handled(request);
          simulation.sleep(Duration.ofMillis(5 + request.length % 100));
          return answer;
        });
    m.registerSingle(
        FAILS,
        (request, caller) -> {
          handled(request);
          throw RemoteErrors.of("e".repeat(request.length));
        });
    m.registerStreaming(DOWN, 0, 3, (first, in, out, caller) -> sendAll(first, out));
    m.registerStreaming(
        UP,
        3,
        3,
        (first, in, out, caller) -> {
          long id = ByteBuffer.wrap(first).getLong();
          int next = 0;
          for (var item : in) {
            judge.received(id, true, next++, item);
          }
          judge.cleanEnd(id, true, next);
          out.send(item(id, next, HEAD));
        });
    m.registerStreaming(
        BOTH,
        2,
        2,
        (first, in, out, caller) -> {
          long id = ByteBuffer.wrap(first).getLong();
          int next = 0;
          for (var item : in) {
            judge.received(id, true, next, item);
            judge.sent(id, false, next);
            out.send(item);
            next++;
          }
          judge.cleanEnd(id, true, next);
          judge.ended(id, false, next);
        });
  }

  private byte[] handled(byte[] request) {
    judge.ran(ByteBuffer.wrap(request).getLong());
    var answer = request.clone();
    answer[8] ^= 1;
    return answer;
  }

  private void sendAll(byte[] first, Output<byte[]> out) {
    long id = ByteBuffer.wrap(first).getLong();
    int count = first[8];
    for (int i = 0; i < count; i++) {
      judge.sent(id, false, i);
      out.send(item(id, i, size(id, i)));
    }
    judge.ended(id, false, count);
  }

  static byte[] item(long id, int index, int size) {
    return ByteBuffer.allocate(Math.max(12, size)).putLong(id).putInt(index).array();
  }

  private static int size(long id, int index) {
    int draw = (int) ((id * 31 + index) * 2_654_435_761L >>> 8 & 0xff);
    return draw < 20 ? 40_000 + 200 * draw : 12 + draw * 4;
  }

  // --- the callers

  private void work(int me, SplittableRandom random) {
    try {
      while (!over) {
        int peer = (me + 1 + random.nextInt(plan.nodes() - 1)) % plan.nodes();
        var to = managers.get(me).connection(managers.get(peer).hostName()).orElseThrow();
        try {
          if (random.nextInt(3) > 0) {
            call(to, random);
          } else {
            stream(to, random);
          }
        } catch (SennitException e) {
          pause(1 + random.nextInt(50));
        }
        pause(1 + random.nextInt(plan.pace()));
      }
    } finally {
      working--;
    }
  }

  private void pause(int millis) {
    try {
      simulation.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] request(SplittableRandom random) {
    int size =
        switch (random.nextInt(10)) {
          case 0 -> 30_000 + random.nextInt(10_000);
          case 1 -> 100_000 + random.nextInt(300_000);
          default -> HEAD + random.nextInt(400);
        };
    return ByteBuffer.allocate(size).putLong(nextId++).array();
  }

  private void call(Connection to, SplittableRandom random) {
    calls++;
    var request = request(random);
    long id = ByteBuffer.wrap(request).getLong();
    int handler = 1 + random.nextInt(4);
    var limit =
        within(
            random.nextInt(3) == 0
                ? Duration.ofMillis(1 + random.nextInt(60))
                : Duration.ofSeconds(10));
    judge.began(id);
    if (random.nextInt(3) == 0) {
      to.call(
          handler,
          request,
          limit,
          new Reply() {
            @Override
            public void ok(byte[] answer) {
              judge.ok(id, right(request, answer));
            }

            @Override
            public void failed(SennitException why) {
              judge.failed(id, why.outcome());
            }
          });
      return;
    }
    if (random.nextInt(5) == 0) {
      var future = to.callAsync(handler, request, limit);
      future.whenComplete(
          (answer, why) -> {
            if (why == null) {
              judge.ok(id, right(request, answer));
            } else {
              judge.failed(id, why instanceof SennitException e ? e.outcome() : Outcome.UNKNOWN);
            }
          });
      pause(random.nextInt(5));
      future.cancel(true);
      return;
    }
    byte[] answer;
    try {
      answer = to.call(handler, request, limit);
    } catch (SennitException e) {
      if (e instanceof DeadlineExceededException late && late.elapsed().toNanos() < 0) {
        throw new AssertionError("a deadline before its time", e);
      }
      judge.failed(id, e.outcome());
      throw e;
    }
    judge.ok(id, right(request, answer));
  }

  private static boolean right(byte[] request, byte[] answer) {
    var expected = request.clone();
    expected[8] ^= 1;
    return java.util.Arrays.equals(expected, answer);
  }

  private void stream(Connection to, SplittableRandom random) {
    streams++;
    long id = nextId++;
    int count = random.nextInt(30);
    var first = ByteBuffer.allocate(HEAD).putLong(id).put((byte) count).array();
    int kind = DOWN + random.nextInt(3);
    int giveUpAt = random.nextInt(4) == 0 ? random.nextInt(count + 1) : Integer.MAX_VALUE;
    judge.opened(id);
    try (var stream =
        random.nextInt(5) == 0
            ? to.open(kind, first, within(Duration.ofMillis(1 + random.nextInt(300))))
            : to.open(kind, first)) {
      int got = 0;
      if (kind == DOWN) {
        for (var item : stream) {
          judge.received(id, false, got++, item);
          if (got == giveUpAt) {
            return;
          }
        }
        judge.cleanEnd(id, false, got);
        return;
      }
      for (int i = 0; i < count; i++) {
        judge.sent(id, true, i);
        stream.send(item(id, i, size(id, i)));
        if (kind == BOTH) {
          var item = stream.receive();
          if (item.isPresent()) {
            judge.received(id, false, got++, item.get());
          }
        }
        if (i == giveUpAt) {
          return;
        }
      }
      judge.ended(id, true, count);
      stream.endInput();
      if (kind == UP) {
        var last = stream.receive();
        judge.confirmed(id, last.map(b -> ByteBuffer.wrap(b).getInt(8)).orElse(-1), count);
        return;
      }
      for (var item : stream) {
        judge.received(id, false, got++, item);
      }
      judge.cleanEnd(id, false, got);
    }
  }

  // --- after the storm

  private void progress() {
    for (var one : managers) {
      for (var to : one.connections()) {
        to.waitForConnect(within(Duration.ofSeconds(60)));
        until(
            "a call from " + to + " to pass after the storm",
            () -> {
              try {
                var request = ByteBuffer.allocate(HEAD).putLong(nextId++).array();
                judge.began(nextId - 1);
                long id = nextId - 1;
                try {
                  var answer = to.call(ECHO, request, within(Duration.ofSeconds(10)));
                  judge.ok(id, right(request, answer));
                  return true;
                } catch (SennitException e) {
                  judge.failed(id, e.outcome());
                  throw e;
                }
              } catch (SennitException e) {
                return false;
              }
            });
      }
    }
  }

  private void until(String what, java.util.function.BooleanSupplier condition) {
    var end = simulation.time().plus(Duration.ofMinutes(2));
    while (!condition.getAsBoolean()) {
      if (simulation.time().compareTo(end) > 0) {
        throw new AssertionError(
            what
                + ": not within two minutes; workers "
                + working
                + ", open "
                + managers.stream().map(m -> "" + things(m)).toList()
                + ", budgets "
                + managers.stream().map(m -> "" + Insides.budgets(m.engine())).toList()
                + judge.openCalls());
      }
      pause(20);
    }
  }
}
