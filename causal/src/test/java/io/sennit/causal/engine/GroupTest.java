package io.sennit.causal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Origin;
import io.sennit.causal.Stamp;
import io.sennit.causal.wire.CausalFrame;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.Address;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members of a group in virtual time, one fear a test. */
class GroupTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Simulation simulation = Simulation.of(5);
  private final CausalJudge judge = new CausalJudge();
  private final TreeMap<String, Address> addresses = new TreeMap<>();
  private final TreeMap<String, StormMember> members = new TreeMap<>();
  private UnaryOperator<GroupSettings> settings = s -> s;
  private boolean mayLose; // what a disk acknowledged

  @AfterEach
  void end() {
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  private void group(String... names) {
    for (var name : names) {
      addresses.put(name, Address.of(name, StormMember.PORT));
    }
    for (var name : names) {
      boot(name);
    }
    until(() -> names.length == members.values().stream().filter(this::isUp).count());
  }

  private void boot(String name) {
    simulation.boot(
        name,
        fabric -> {
          var member =
              new StormMember(
                  name,
                  fabric,
                  settings.apply(GroupSettings.of("g", name, addresses)),
                  judge,
                  mayLose,
                  e -> {
                    throw e;
                  });
          members.put(name, member);
          member.loop.execute(member::start);
        });
  }

  private boolean isUp(StormMember member) {
    return member.isRunning()
        && member.engine.members().values().stream().allMatch(Member::isConnected);
  }

  private StormMember at(String name) {
    var member = members.get(name);
    if (member == null) {
      throw new AssertionError("no " + name);
    }
    return member;
  }

  private void until(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, SOON)).as("within " + SOON).isTrue();
  }

  private void on(String name, Runnable work) {
    var done = new boolean[1];
    at(name)
        .loop
        .execute(
            () -> {
              work.run();
              done[0] = true;
            });
    until(() -> done[0]);
  }

  /** Publishes one operation and waits until it is durable there. */
  private int publish(String name) {
    return publish(name, 10);
  }

  private int publish(String name, int size) {
    var number = new int[] {-1};
    var member = at(name);
    member.loop.execute(
        () ->
            member.publish(
                -1,
                false,
                size,
                (n, end) -> {
                  assertThat(end).isEqualTo(CausalJudge.End.DURABLE);
                  number[0] = n;
                }));
    until(() -> number[0] >= 0);
    return number[0];
  }

  private void restart(String name) {
    members.remove(name);
    simulation.faults().restart(name);
    until(() -> members.containsKey(name) && at(name).isRunning());
  }

  private boolean has(String name, int number) {
    return at(name).applied().all.get(number);
  }

  private boolean all(int number) {
    return members.keySet().stream().allMatch(name -> has(name, number));
  }

  @Test
  void whatOnePublishesAllApply() {
    group("a", "b", "c");
    int first = publish("a");
    until(() -> all(first));
    int second = publish("b");
    until(() -> all(second));
    assertThat(at("c").applied().order).containsExactly(first, second);
  }

  /** The original sends to one peer after the other and waits for each. */
  @Test
  @Row("C-F-4")
  void aMemberThatIsAwayDelaysNobody() {
    group("a", "b", "c");
    simulation.faults().kill("b");
    for (int i = 0; i < 50; i++) {
      int number = publish("a");
      var before = simulation.time();
      until(() -> has("c", number));
      assertThat(simulation.time().minus(before)).isLessThan(Duration.ofMillis(200));
    }
    simulation.faults().restart("b");
    until(() -> at("b").applied().order.size() == 50);
  }

  /** a's effect reaches b over c, with the direct link cut; and b does not see it early. */
  @Test
  @Row({"C-pull", "C-S-transitive"})
  void aGapIsFilledByWhoeverHasIt() {
    group("a", "b", "c");
    simulation.faults().cut("a", "b");
    int cause = publish("a");
    until(() -> has("c", cause));
    int effect = publish("c");
    until(() -> has("b", effect));
    assertThat(at("b").applied().order).containsExactly(cause, effect);
    assertThat(at("b").engine.counts().wants).isPositive();
  }

  @Test
  @Row("C-no-over-blocking")
  void whatIsUnrelatedDoesNotWait() {
    settings = s -> s.with(Set.of(Defect.NO_PULL)); // so that the gap stays
    group("a", "b", "c", "d");
    simulation.faults().cut("a", "b");
    int cause = publish("a");
    until(() -> has("c", cause) && has("d", cause));
    int effect = publish("c");
    until(() -> has("d", effect));
    until(() -> at("b").engine.deferred().count() == 1);
    // d has seen both: what it publishes waits, too; b's own does not
    int later = publish("d");
    int unrelated = publish("b");
    until(() -> has("d", unrelated));
    until(() -> at("b").engine.deferred().count() == 2);
    assertThat(has("b", effect)).isFalse();
    assertThat(has("b", later)).isFalse();
    assertThat(has("b", unrelated)).isTrue();
    simulation.faults().healAll();
    until(() -> has("b", later));
    assertThat(at("b").applied().order).containsExactly(unrelated, cause, effect, later);
  }

  /** The original keeps what it cannot apply in a loop that takes a whole core. */
  @Test
  @Row({"C-liveness", "C-F-3"})
  void waitingCostsNothing() {
    settings = s -> s.with(Set.of(Defect.NO_PULL));
    group("a", "b", "c");
    simulation.faults().cut("a", "b");
    int cause = publish("a");
    until(() -> has("c", cause));
    int effect = publish("c");
    until(() -> at("b").engine.deferred().count() == 1);
    long before = simulation.events();
    simulation.run(Duration.ofSeconds(10));
    assertThat(simulation.events() - before).as("events in ten seconds").isLessThan(5_000);
    assertThat(has("b", effect)).isFalse();
    assertThat(at("b").engine.deferred().oldestNanos(at("b").loop.nanoTime())).isPositive();
  }

  @Test
  @Row("C-stability")
  void theLogIsCutAtWhatAllHaveAndNotBefore() {
    settings = s -> s.withLog(1L << 30, Duration.ofHours(1), Duration.ZERO);
    group("a", "b", "c");
    publish("a");
    until(() -> at("a").engine.index().first() == 1);
    simulation.faults().kill("c");
    for (int i = 0; i < 5; i++) {
      publish("a");
    }
    simulation.run(Duration.ofSeconds(30));
    assertThat(at("a").engine.index().first()).as("c may need them").isEqualTo(1);
    assertThat(at("a").engine.stable().total()).isEqualTo(1);
    simulation.faults().restart("c");
    until(() -> at("a").engine.index().first() == 6 && at("b").engine.index().first() == 6);
    assertThat(at("c").applied().order).hasSize(6);
    assertThat(at("a").engine.stable().total()).isEqualTo(6);
  }

  @Test
  @Row("C-retention")
  void aMemberTooFarBehindHoldsNobodysLog() {
    settings = s -> s.withLog(20_000, Duration.ofHours(1), Duration.ZERO);
    group("a", "b", "c");
    simulation.faults().kill("c");
    for (int i = 0; i < 30; i++) {
      publish("a", 2_000);
    }
    until(() -> at("a").engine.index().bytes() <= 20_000);
    assertThat(at("a").engine.counts().cutOff).isPositive();
    assertThat(at("b").applied().order).hasSize(30);
    assertThat(at("a").engine.behind()).containsExactly("c");
  }

  @Test
  void aLogThatGrowsOldIsCutToo() {
    settings = s -> s.withLog(1L << 30, Duration.ofSeconds(30), Duration.ZERO);
    group("a", "b", "c");
    simulation.faults().kill("c");
    publish("a");
    simulation.run(Duration.ofSeconds(10));
    assertThat(at("a").engine.index().first()).isZero();
    simulation.run(Duration.ofSeconds(25));
    assertThat(at("a").engine.index().first()).isEqualTo(1);
    assertThat(at("a").engine.counts().cutOff).isEqualTo(1);
  }

  @Test
  @Row({"C-publish-id"})
  void aRepeatWithTheSameIdIsHarmless() {
    group("a", "b");
    var stamps = new ArrayList<Stamp>();
    var id = Octets.utf8("order 7");
    var payload = new byte[] {0};
    int number = publish("a"); // number 0, which the payload below repeats
    assertThat(number).isZero();
    simulation.faults().cut("a", "b"); // so that the judge sees only a's side of the repeat
    assertThat(judge.publish(at("a").applied())).isEqualTo(1);
    on("a", () -> at("a").engine.publish(new byte[] {1}, id, stampInto(stamps)));
    on("a", () -> at("a").engine.publish(payload, id, stampInto(stamps)));
    until(() -> stamps.size() == 2);
    on("a", () -> at("a").engine.publish(payload, id, stampInto(stamps)));
    until(() -> stamps.size() == 3);
    restart("a");
    on("a", () -> at("a").engine.publish(payload, id, stampInto(stamps)));
    until(() -> stamps.size() == 4);
    assertThat(Set.copyOf(stamps)).hasSize(1);
    assertThat(at("a").applied().order).containsExactly(0, 1);
  }

  private static void unexpected(Stamp stamp) {
    throw new AssertionError("published: " + stamp);
  }

  private static Done<Stamp> stampInto(List<Stamp> stamps) {
    return Done.of(
        stamps::add,
        why -> {
          throw why;
        });
  }

  @Test
  @Row({"C-publish-outcome", "C-disk-full"})
  void aFullDiskIsAnErrorAndNothingIsLost() {
    group("a", "b");
    int before = publish("a");
    var full = simulation.faults().fillDisk("a");
    var failed = new ArrayList<SennitException>();
    var member = at("a");
    var done = Done.<Stamp>of(GroupTest::unexpected, failed::add);
    int lost = judge.publish(member.applied());
    on("a", () -> member.engine.publish(new byte[] {(byte) lost}, Octets.EMPTY, done));
    until(() -> failed.size() == 1);
    assertThat(failed.getFirst().outcome()).isEqualTo(Outcome.UNKNOWN);
    on("a", () -> member.engine.publish(new byte[] {(byte) lost}, Octets.EMPTY, done));
    assertThat(failed.get(1).outcome()).isEqualTo(Outcome.DID_NOT_RUN);
    full.heal();
    until(member::isRunning);
    int after = publish("a");
    until(() -> has("b", after));
    assertThat(at("b").applied().order).containsExactly(before, after);
    assertThat(at("a").applied().order).containsExactly(before, after);
  }

  @Test
  @Row({"C-backpressure", "C-F-12", "C-F-17"})
  void tooMuchAtOnceIsRefused() {
    settings = s -> s.withBounds(64 << 10, 10_000, 10_000);
    group("a", "b");
    var taken = new int[1];
    var refused = new ArrayList<SennitException>();
    on(
        "a",
        () -> {
          for (int i = 0; i < 100; i++) {
            at("a")
                .publish(
                    -1,
                    false,
                    1_000,
                    (n, end) -> {
                      if (end == CausalJudge.End.DURABLE) {
                        taken[0]++;
                      }
                    });
          }
          at("a").engine.publish(new byte[0], Octets.EMPTY, Done.of(_ -> {}, refused::add));
          at("a")
              .engine
              .publish(new byte[(64 << 10) + 1], Octets.EMPTY, Done.of(_ -> {}, refused::add));
        });
    assertThat(refused).hasSize(2).allMatch(why -> why.outcome() == Outcome.DID_NOT_RUN);
    until(() -> taken[0] > 0 && at("b").applied().order.size() == taken[0]);
    assertThat(taken[0]).isBetween(5, 20);
    publish("a");
  }

  @Test
  @Row("C-await-visible-engine")
  void whoLacksAnOperationIsTold() {
    group("a", "b", "c");
    var lacking = new ArrayList<List<String>>();
    var stamps = new ArrayList<Stamp>();
    int number = judge.publish(at("a").applied());
    simulation.faults().cut("a", "c");
    simulation.faults().cut("b", "c");
    on(
        "a",
        () -> at("a").engine.publish(new byte[] {(byte) number}, Octets.EMPTY, stampInto(stamps)));
    until(() -> !stamps.isEmpty());
    var all = List.of("a", "b", "c");
    var dot = stamps.getFirst().dot();
    long second = Duration.ofSeconds(1).toNanos();
    on("a", () -> at("a").engine.awaitVisible(dot, all, second, Done.of(lacking::add, w -> {})));
    until(() -> !lacking.isEmpty());
    assertThat(lacking.getFirst()).containsExactly("c");
    simulation.faults().healAll();
    on(
        "a",
        () -> at("a").engine.awaitVisible(dot, all, 20 * second, Done.of(lacking::add, w -> {})));
    until(() -> lacking.size() == 2);
    assertThat(lacking.get(1)).isEmpty();
  }

  /** A member that says what none may say. */
  private class Liar implements Link.Handler {
    final List<CausalFrame> said;
    @Nullable Link link;
    boolean ended;

    Liar(CausalFrame... said) {
      this.said = List.of(said);
    }

    @Override
    public void opened(Link opened) {
      link = opened;
      for (var frame : said) {
        opened.write(Unpooled.wrappedBuffer(frame.encode()));
      }
    }

    @Override
    public void message(Link from, ByteBuf part, boolean last) {}

    @Override
    public void closed(Link from, Optional<SennitException> why) {
      ended = true;
    }
  }

  private boolean isEnded(CausalFrame... said) {
    var fabric = simulation.node("liar");
    var loop = fabric.loop();
    var liar = new Liar(said);
    loop.execute(
        () ->
            fabric
                .links()
                .dial(loop, address("b"), GroupEngine.spec(at("b").engine.settings()), liar));
    simulation.run(Duration.ofSeconds(2));
    return liar.ended;
  }

  private Address address(String name) {
    return Address.of(name, StormMember.PORT);
  }

  private static OpRecord op(String member, long seq, Dot... after) {
    return OpRecord.of(
        new Stamp(new Dot(new Origin(member, 9), seq), 1),
        List.of(after),
        Octets.EMPTY,
        new byte[] {0});
  }

  /** The original takes any name and any clock from whoever has a certificate. */
  @Test
  @Row({"C-forged", "C-F-7", "C-F-8"})
  void whatNobodyMaySayEndsTheLinkAndIsCounted() {
    addresses.put("a", Address.of("nowhere", 1)); // known, and never there
    addresses.put("b", address("b"));
    boot("b");
    until(() -> members.containsKey("b") && at("b").isRunning());
    var none = new TreeMap<Origin, Long>();
    var strange = new TreeMap<Origin, Long>();
    strange.put(new Origin("z", 1), 5L);
    var hello = new CausalFrame.Hello("g", "a", none);
    assertThat(isEnded(hello)).as("an honest hello").isFalse();
    assertThat(isEnded(new CausalFrame.Hello("g", "z", none))).as("a stranger").isTrue();
    assertThat(isEnded(new CausalFrame.Hello("g", "b", none))).as("its own name").isTrue();
    assertThat(isEnded(new CausalFrame.Hello("h", "a", none))).as("another group").isTrue();
    assertThat(isEnded(new CausalFrame.Hello("g", "a", strange))).as("strange clock").isTrue();
    assertThat(isEnded(new CausalFrame.Ack(none))).as("no hello").isTrue();
    assertThat(isEnded(hello, hello)).as("two hellos").isTrue();
    assertThat(isEnded(hello, new CausalFrame.Ack(strange))).isTrue();
    assertThat(isEnded(hello, new CausalFrame.Want(strange))).isTrue();
    assertThat(isEnded(hello, new CausalFrame.Ops(List.of(op("z", 1))))).isTrue();
    var after = new Dot(new Origin("z", 1), 1);
    assertThat(isEnded(hello, new CausalFrame.Ops(List.of(op("a", 1, after))))).isTrue();
    assertThat(isEnded(hello, new CausalFrame.Ops(List.of(op("a", 5_000_000))))).isTrue();
    assertThat(at("b").engine.counts().leaps).isEqualTo(1);
    assertThat(at("b").engine.counts().refused).isEqualTo(9);
    publish("b");
    var mine = at("b").engine.pipeline();
    assertThat(mine).isNotNull();
    var origin = mine.origin();
    assertThat(origin).isNotNull();
    var forged =
        OpRecord.of(new Stamp(new Dot(origin, 2), 1), List.of(), Octets.EMPTY, new byte[] {0});
    assertThat(isEnded(hello, new CausalFrame.Ops(List.of(forged)))).as("in b's name").isTrue();
    assertThat(at("b").applied().order).hasSize(1);
  }

  /** The original kills its process at a reset, a bad handshake, plain text. */
  @Test
  @Row({"C-F-7"})
  void rubbishEndsItsOwnLinkOnly() {
    group("a", "b");
    var fabric = simulation.node("liar");
    var loop = fabric.loop();
    var liar =
        new Liar() {
          @Override
          public void opened(Link opened) {
            opened.write(Unpooled.wrappedBuffer(new byte[] {99, 1, 2, 3}));
          }
        };
    loop.execute(
        () ->
            fabric
                .links()
                .dial(loop, address("b"), GroupEngine.spec(at("b").engine.settings()), liar));
    until(() -> liar.ended);
    var silent = new Liar();
    loop.execute(
        () ->
            fabric
                .links()
                .dial(loop, address("b"), GroupEngine.spec(at("b").engine.settings()), silent));
    until(() -> silent.ended);
    int number = publish("a");
    until(() -> all(number));
  }

  /** What a member lost of itself the others give back, and it goes on under a new origin. */
  @Test
  @Row({"C-give-back", "C-F-1"})
  void aMemberThatLostItsPastGetsItBack() {
    mayLose = true;
    group("a", "b", "c");
    int kept = publish("a");
    until(() -> all(kept));
    simulation.run(Duration.ofSeconds(3));
    simulation.faults().lieAboutSync("a");
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < 5; i++) {
      numbers.add(publish("a"));
    }
    int last = numbers.getLast();
    until(() -> has("b", last) && has("c", last));
    var before = at("a").engine.pipeline();
    assertThat(before).isNotNull();
    var origin = before.origin();
    simulation.faults().powerCut("a");
    restart("a");
    until(() -> has("a", last));
    assertThat(at("a").engine.counts().givenBack).isPositive();
    int anew = publish("a");
    until(() -> all(anew));
    var after = at("a").engine.pipeline();
    assertThat(after).isNotNull();
    assertThat(after.origin()).isNotEqualTo(origin);
  }

  /** Two-way load, with applications that answer late, does not lock up as the original does. */
  @Test
  @Row({"C-F-5", "C-F-6"})
  void loadFromAllSidesPasses() {
    group("a", "b", "c");
    var durable = new int[1];
    for (int round = 0; round < 100; round++) {
      for (var member : members.values()) {
        member.loop.execute(() -> member.publish(-1, false, 100, (_, _) -> durable[0]++));
      }
    }
    until(() -> durable[0] == 300);
    until(() -> members.values().stream().allMatch(m -> m.applied().order.size() == 300));
  }

  /** Catching up reads the log in pages, not record by record, and not twice. */
  @Test
  @Row("C-F-10")
  void aLongBacklogDrainsInOneGo() {
    settings = s -> s.withLog(1L << 30, Duration.ofHours(1), Duration.ofHours(1));
    group("a", "b");
    simulation.faults().kill("b");
    int many = 20_000;
    var durable = new int[1];
    on(
        "a",
        () -> {
          for (int i = 0; i < many; i++) {
            at("a").publish(-1, false, 300, (_, _) -> durable[0]++);
          }
        });
    until(() -> durable[0] == many);
    simulation.faults().restart("b");
    until(() -> at("b").applied().order.size() == many);
    assertThat(at("b").engine.counts().duplicates).isLessThan(many / 10);
  }

  /** The original hangs until somebody connects, or panics. */
  @Test
  @Row("C-F-18")
  void aClosedGroupAnswers() {
    group("a", "b");
    var ended = new ArrayList<SennitException>();
    int number = judge.publish(at("a").applied());
    on(
        "a",
        () -> {
          var done = Done.<Stamp>of(GroupTest::unexpected, ended::add);
          at("a").engine.publish(new byte[] {(byte) number}, Octets.EMPTY, done);
          at("a").engine.close();
          at("a").engine.publish(new byte[0], Octets.EMPTY, done);
        });
    until(() -> ended.size() == 2);
    assertThat(ended.get(1).outcome()).isEqualTo(Outcome.DID_NOT_RUN);
  }
}
