package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import io.sennit.grid.DefectFabric.Defect;
import io.sennit.grid.wire.Flags;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Pings;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The judge is worth something only if it finds what is wrong: each of these makes one node's
 * engine behave as if it had a defect, and must be found within 100 seeds.
 */
@Row("G-planted-defects")
class PlantedDefectsTest {
  private static final int REQUEST = 14;
  private static final int RESPONSE = 15;
  private static final int CLIENT_ITEM = 9;
  private static final int SERVER_ITEM = 10;
  private static final int UNBLOCK_CLIENT = 12;
  private static final int UNBLOCK_SERVER = 11;
  private static final int GOODBYE = 16;
  private static final int CANCEL = 8;
  private static final long BOUND = 1 << 20;

  /** What is wrong. */
  enum Planted {
    /** A request taken twice: no duplicate is noticed. */
    REQUEST_TWICE("ran 2 times"),
    /** An item of a stream lost, and nobody counts. */
    ITEM_LOST("ended cleanly at|got [0-9]+/[0-9]+ at"),
    /** An item delivered twice in place of its successor. */
    ITEM_REPEATED("got [0-9]+/[0-9]+ at"),
    /** A caller's items cut short by a clean end. */
    END_TOO_EARLY("ended cleanly at|took [0-9]+ of"),
    /** An answer given to another call. */
    ANSWER_MIXED_UP("got an answer of another"),
    /** A call said not to have run, which did. */
    REFUSED_AFTER_RUN("ran, and was said not to have"),
    /** A call said to have run, which did not. */
    ANSWERED_WITHOUT_RUN("did not run, and was said to have"),
    /** Credit that is never given back. */
    CREDIT_LEAKED("workers and handlers to end: not within two minutes"),
    /** An answer of an older connection accepted. */
    OLD_EPOCH("got an answer of another"),
    /** A connection whose loss nobody is told of. */
    LOSS_UNNOTICED("not within two minutes"),
    /** A call that was in flight when a connection was left, and is lost. */
    LOST_BEHIND_GOODBYE("it may have run"),
    /** Credit that counts twice. */
    CREDIT_TWICE("met a breach: .*(credit|handler blocked)"),
    /** A deadline that a handler's side ignores. */
    DEADLINE_IGNORED("outlived its deadline by"),
    /** No bound on what peers make a node hold. */
    BOUND_REMOVED("handlers hold [0-9]+ bytes");

    /** What the judge must say of it. */
    final Pattern words;

    Planted(String words) {
      this.words = Pattern.compile(words, Pattern.DOTALL);
    }
  }

  @ParameterizedTest
  @EnumSource(Planted.class)
  void isFoundWithinAHundredSeeds(Planted planted) {
    for (long seed = 1; seed <= 100; seed++) {
      var found = run(planted, seed);
      if (found != null && planted.words.matcher(found).find()) {
        System.out.println(
            planted
                + " found with seed "
                + seed
                + ": "
                + found.substring(0, Math.min(160, found.length())));
        return;
      }
    }
    throw new AssertionError(planted + " was not found");
  }

  private static @org.jspecify.annotations.Nullable String run(Planted planted, long seed) {
    if (planted == Planted.LOST_BEHIND_GOODBYE) {
      return meet(planted, seed);
    }
    if (planted == Planted.BOUND_REMOVED) {
      return hold(seed, 1L << 40);
    }
    var plan =
        new GridStorm.Plan(
            3,
            2,
            20,
            Duration.ofMillis(1_500),
            GridStorm.Kind.EXTENDED,
            GridStorm.links(new SplittableRandom(seed)));
    try (var simulation = Simulation.builder(seed).limit(Duration.ofMinutes(5)).build()) {
      var old = new ArrayList<Message>();
      Supplier<Defect> defects = () -> defect(planted, new SplittableRandom(seed), old);
      new GridStorm(
              simulation,
              plan,
              new Judge(),
              (name, fabric) -> name.equals("n1") ? new DefectFabric(fabric, defects) : fabric)
          .run();
      return null;
    } catch (AssertionError e) {
      var text = String.valueOf(e.getMessage());
      assertThat(text).doesNotContain("uncaught");
      return text;
    }
  }

  /** Where nothing else goes wrong, so that every call must pass. */
  private static @org.jspecify.annotations.Nullable String meet(Planted planted, long seed) {
    try (var simulation = Simulation.builder(seed).limit(Duration.ofMinutes(5)).build()) {
      Supplier<Defect> defects = () -> defect(planted, new SplittableRandom(seed), List.of());
      new Meeting(
              simulation,
              (sim, name) ->
                  name.equals("b") ? new DefectFabric(sim.node(name), defects) : sim.node(name))
          .run();
      return null;
    } catch (AssertionError e) {
      var text = String.valueOf(e.getMessage());
      return text.strip().replaceAll("\\s+", " ");
    }
  }

  /** The scenario in which a bound must hold, with the bound and without. */
  @Test
  void theBoundHoldsWhereItIsNotRemoved() {
    assertThat(hold(1, BOUND)).isNull();
  }

  /** Slow handlers under many requests, which a test counts by itself. */
  private static @org.jspecify.annotations.Nullable String hold(long seed, long bound) {
    try (var place = new SimPlace(Simulation.of(seed))) {
      var held = new AtomicLong();
      place.run(
          () -> {
            place.mesh(2, b -> b.received(bound, bound));
            place
                .manager(1)
                .registerSingle(
                    GridWork.WAITS,
                    (request, caller) -> {
                      held.addAndGet(request.length);
                      place.pass(Duration.ofSeconds(2));
                      held.addAndGet(-request.length);
                      return request;
                    });
            for (int i = 0; i < 100; i++) {
              place
                  .from(0, 1)
                  .callAsync(GridWork.WAITS, new byte[60 << 10], within(Duration.ofSeconds(20)));
            }
            place.pass(Duration.ofSeconds(1));
            if (held.get() > BOUND) {
              throw new AssertionError("handlers hold " + held + " bytes of " + BOUND);
            }
            place.awaitEmpty();
          });
      return null;
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Message with(Message m, int seq, int op, int flags, byte[] payload) {
    return new Message(m.mux(), seq, m.deadlineMs(), m.handler(), op, flags, payload, m.subroute());
  }

  private static boolean whole(Message m) {
    return (m.flags() & (Flags.EOF | Flags.PARTS)) == 0 && m.payload().length > 0;
  }

  private static Defect defect(Planted planted, SplittableRandom random, List<Message> old) {
    var last = new HashMap<Integer, byte[]>();
    Map<Long, Integer> skipped = new HashMap<>();
    return switch (planted) {
      case REQUEST_TWICE ->
          m -> m.op() == REQUEST && m.handler() == GridWork.INLINE ? List.of(m, m) : List.of(m);
      case ITEM_LOST ->
          m -> {
            boolean counted = m.op() == SERVER_ITEM || m.op() == UNBLOCK_CLIENT;
            if (m.op() == SERVER_ITEM && whole(m) && random.nextInt(10) == 0) {
              skipped.merge(m.mux(), 1, Integer::sum);
              return List.of();
            }
            int off = skipped.getOrDefault(m.mux(), 0);
            return List.of(counted ? with(m, m.seq() - off, m.op(), m.flags(), m.payload()) : m);
          };
      case ITEM_REPEATED ->
          m -> {
            if (m.op() != SERVER_ITEM || !whole(m)) {
              return List.of(m);
            }
            var before = last.put((int) m.mux(), m.payload());
            return List.of(before == null ? m : with(m, m.seq(), m.op(), m.flags(), before));
          };
      case END_TOO_EARLY ->
          m ->
              m.op() == CLIENT_ITEM && whole(m) && m.seq() > 2
                  ? List.of(with(m, m.seq(), m.op(), Flags.EOF, new byte[0]))
                  : List.of(m);
      case ANSWER_MIXED_UP ->
          m -> {
            if (m.op() != RESPONSE || (m.flags() & (Flags.PARTS | Flags.ERROR)) != 0) {
              return List.of(m);
            }
            var before = last.put(0, m.payload());
            return List.of(before == null ? m : with(m, m.seq(), m.op(), m.flags(), before));
          };
      case REFUSED_AFTER_RUN ->
          m ->
              m.op() == RESPONSE && random.nextInt(20) == 0
                  ? List.of(with(m, m.seq(), 6, 0, Pings.refusal("no")))
                  : List.of(m);
      case ANSWERED_WITHOUT_RUN ->
          m ->
              m.op() == REQUEST && random.nextInt(20) == 0
                  ? List.of(with(m, m.seq(), REQUEST, m.flags(), new byte[16]))
                  : List.of(m);
      case CREDIT_LEAKED ->
          m -> {
            boolean counted = m.op() == CLIENT_ITEM || m.op() == UNBLOCK_SERVER || m.op() == 3;
            if (m.op() == UNBLOCK_SERVER) {
              skipped.merge(m.mux(), 1, Integer::sum);
              return List.of();
            }
            int off = skipped.getOrDefault(m.mux(), 0);
            return List.of(
                counted && m.mux() != 0
                    ? with(m, m.seq() - off, m.op(), m.flags(), m.payload())
                    : m);
          };
      case CREDIT_TWICE ->
          m -> {
            if (m.op() != UNBLOCK_SERVER && m.op() != UNBLOCK_CLIENT) {
              return List.of(m);
            }
            long credit = new MsgPackReader(m.payload()).readLong("credit", 0, 1L << 40);
            var twice = new MsgPackWriter(9).writeInt(2 * credit).toBytes();
            return List.of(with(m, m.seq(), m.op(), m.flags(), twice));
          };
      case DEADLINE_IGNORED ->
          m ->
              switch (m.op()) {
                case REQUEST ->
                    List.of(
                        new Message(
                            m.mux(),
                            m.seq(),
                            0,
                            m.handler(),
                            m.op(),
                            m.flags(),
                            m.payload(),
                            m.subroute()));
                case CANCEL -> List.of();
                default -> List.of(m);
              };
      case BOUND_REMOVED -> throw new IllegalStateException("that one is no message");
      case OLD_EPOCH -> {
        var before = new ArrayList<>(old);
        old.clear();
        yield m -> {
          if (m.op() != RESPONSE) {
            return List.of(m);
          }
          old.add(m);
          if (before.isEmpty()) {
            return List.of(m);
          }
          // what was queued on the connection before comes first
          var late = before.removeFirst();
          return late.mux() == m.mux()
              ? List.of(late, m)
              : List.of(with(late, 0, RESPONSE, late.flags(), late.payload()), m);
        };
      }
      case LOST_BEHIND_GOODBYE -> {
        boolean[] left = {false};
        yield m -> {
          left[0] |= m.op() == GOODBYE;
          return left[0] && m.op() == RESPONSE ? List.of() : List.of(m);
        };
      }
      case LOSS_UNNOTICED ->
          new Defect() {
            @Override
            public List<Message> instead(Message message) {
              return List.of(message);
            }

            @Override
            public boolean tellsEnd() {
              return false;
            }
          };
    };
  }
}
