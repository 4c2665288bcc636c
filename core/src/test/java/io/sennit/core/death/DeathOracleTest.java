package io.sennit.core.death;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.death.DeathOracle.Change;
import io.sennit.core.death.Evidence.Kind;
import io.sennit.core.loop.HandLoop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What evidence comes to, and who is told. */
class DeathOracleTest {
  private static final Address P = Address.parse("p:7400");
  private static final Witness A = new Witness(Address.parse("a:7400"), "grid");
  private static final Witness A_MESH = new Witness(Address.parse("a:7400"), "mesh");
  private static final Witness B = new Witness(Address.parse("b:7400"), "grid");
  private static final Incarnation ONE = new Incarnation(1, 10);
  private static final Incarnation TWO = new Incarnation(2, 20);
  private static final Incarnation THREE = new Incarnation(3, 30);

  private final DeathOracle oracle = new DeathOracle();

  private static Evidence of(Kind kind, Incarnation life, Witness witness) {
    return Evidence.of(kind, P, Optional.ofNullable(life), witness, Instant.EPOCH);
  }

  private static Evidence unnamed(Kind kind, Witness witness) {
    return Evidence.of(kind, P, Optional.empty(), witness, Instant.EPOCH);
  }

  private void heard(Incarnation life) {
    oracle.report(of(Kind.HEARD, life, A));
  }

  private static Verdict alive(Incarnation life) {
    return new Verdict.Alive(Optional.of(life));
  }

  private static Verdict dead(Incarnation life, Evidence why) {
    return new Verdict.Dead(Optional.of(life), why);
  }

  @Test
  void nothingIsKnownOfAnAddressNobodySpokeOf() {
    assertThat(oracle.verdict(P)).isEqualTo(new Verdict.Unknown());
    assertThat(oracle.verdict(P, ONE)).isEqualTo(new Verdict.Unknown());
    assertThat(oracle.verdicts()).isEmpty();
  }

  @Test
  void anExitSeenByTheLauncherIsDeath() {
    heard(ONE);
    var exit = of(Kind.EXIT_SEEN, ONE, A);
    oracle.report(exit);
    assertThat(oracle.verdict(P)).isEqualTo(dead(ONE, exit));
    assertThat(oracle.verdict(P).strength()).isEqualTo(Strength.PROOF);
  }

  @Test
  void aLifeThatEndedNeverReturnsHoweverOftenItIsHeardLate() {
    heard(ONE);
    oracle.report(of(Kind.EXIT_SEEN, ONE, A));
    heard(ONE);
    oracle.report(unnamed(Kind.HEARD, B));
    assertThat(oracle.verdict(P)).isInstanceOf(Verdict.Dead.class);
    heard(TWO);
    assertThat(oracle.verdict(P)).isEqualTo(alive(TWO));
  }

  @Test
  void aLaterLifeProvesTheEndOfTheEarlier() {
    heard(ONE);
    heard(TWO);
    assertThat(oracle.verdict(P)).isEqualTo(alive(TWO));
    var earlier = oracle.verdict(P, ONE);
    assertThat(earlier.strength()).isEqualTo(Strength.PROOF);
    assertThat(earlier.toString()).contains(ONE.toString(), TWO.toString(), A.toString());
    assertThat(oracle.verdict(P, THREE)).isEqualTo(new Verdict.Unknown());
  }

  @Test
  void whatComesLateFromAnEarlierLifeIsNotHeard() {
    heard(TWO);
    heard(ONE);
    assertThat(oracle.verdict(P)).isEqualTo(alive(TWO));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HEARD", "NEWER_LIFE"})
  void evidenceOfAnEarlierLifeDoesNotTouchALaterOne(Kind kind) {
    heard(TWO);
    oracle.report(of(kind, ONE, A));
    oracle.report(of(kind, ONE, B));
    assertThat(oracle.verdict(P)).isEqualTo(alive(TWO));
  }

  /** A copied data folder gives two processes the same number: neither is the end of the other. */
  @Test
  void aLifeOfTheSameNumberIsNeitherLaterNorTheSame() {
    heard(ONE);
    var copy = new Incarnation(ONE.number(), 11);
    heard(copy);
    oracle.report(of(Kind.EXIT_SEEN, copy, A));
    assertThat(oracle.verdict(P)).isEqualTo(alive(ONE));
    assertThat(oracle.verdict(P, copy)).isEqualTo(new Verdict.Unknown());
  }

  /** An exit that names no life could be that of the life before: nothing may be taken over. */
  @Test
  void anExitWithoutALifeIsNoProof() {
    heard(TWO);
    oracle.report(unnamed(Kind.EXIT_SEEN, A));
    assertThat(oracle.verdict(P).strength()).isEqualTo(Strength.MEMBERSHIP);
    heard(TWO);
    assertThat(oracle.verdict(P)).isEqualTo(alive(TWO));
  }

  @Test
  void anExitOfALifeNobodyHeardYetIsDeathToo() {
    heard(ONE);
    var exit = of(Kind.EXIT_SEEN, TWO, A);
    oracle.report(exit);
    assertThat(oracle.verdict(P)).isEqualTo(dead(TWO, exit));
    assertThat(oracle.verdict(P, ONE)).isEqualTo(dead(ONE, exit));
    heard(TWO);
    assertThat(oracle.verdict(P)).isEqualTo(dead(TWO, exit));
  }

  /** A machine that is cut off looks refused as well: no number of witnesses makes it a proof. */
  @Test
  void endedAndRefusedEndsAMembershipAtMostHoweverManySaySo() {
    heard(ONE);
    oracle.report(of(Kind.ENDED_AND_REFUSED, ONE, A));
    oracle.report(of(Kind.ENDED_AND_REFUSED, ONE, A_MESH));
    assertThat(oracle.verdict(P).strength())
        .as("two rooms of one node are one pair of eyes")
        .isEqualTo(Strength.DOUBT);
    oracle.report(of(Kind.ENDED_AND_REFUSED, ONE, B));
    assertThat(oracle.verdict(P).strength()).isEqualTo(Strength.MEMBERSHIP);
    for (int i = 0; i < 50; i++) {
      oracle.report(
          of(Kind.ENDED_AND_REFUSED, ONE, new Witness(Address.of("n" + i, 7400), "grid")));
    }
    assertThat(oracle.verdict(P).strength()).isEqualTo(Strength.MEMBERSHIP);
    heard(ONE);
    assertThat(oracle.verdict(P)).isEqualTo(alive(ONE));
  }

  @ParameterizedTest
  @EnumSource(names = {"CONNECTION_LOST", "NO_ANSWER", "SUSPECTED"})
  void otherDoubtsStayDoubtsHoweverManySaySo(Kind kind) {
    for (int i = 0; i < 50; i++) {
      oracle.report(of(kind, ONE, new Witness(Address.of("n" + i, 7400), "grid")));
    }
    assertThat(oracle.verdict(P).strength()).isEqualTo(Strength.DOUBT);
  }

  @Test
  void aLapsedLeaseAllowsMoreThanDoubtsAndLessThanAProof() {
    heard(ONE);
    var lapsed = of(Kind.LEASE_LAPSED, ONE, A);
    oracle.report(of(Kind.NO_ANSWER, ONE, B));
    oracle.report(lapsed);
    var verdict = (Verdict.Doubted) oracle.verdict(P);
    assertThat(verdict.strength()).isEqualTo(Strength.LEASE);
    assertThat(verdict.why()).containsExactly(lapsed, of(Kind.NO_ANSWER, ONE, B));
  }

  @Test
  void whoSaidGoodbyeHasLeftUntilItIsHeardAgain() {
    heard(ONE);
    oracle.report(of(Kind.GOODBYE, ONE, A));
    oracle.report(of(Kind.CONNECTION_LOST, ONE, A));
    assertThat(oracle.verdict(P)).isInstanceOf(Verdict.Left.class);
    oracle.report(unnamed(Kind.HEARD, B));
    assertThat(oracle.verdict(P)).isEqualTo(alive(ONE));
  }

  @Test
  void evidenceOfOneAddressIsBoundedAndTheStrongestIsKept() {
    oracle.report(of(Kind.ENDED_AND_REFUSED, ONE, A));
    for (int i = 0; i < 100; i++) {
      oracle.report(of(Kind.SUSPECTED, ONE, new Witness(Address.of("n" + i, 7400), "mesh")));
    }
    oracle.report(of(Kind.ENDED_AND_REFUSED, ONE, B));
    var why = ((Verdict.Doubted) oracle.verdict(P)).why();
    assertThat(why).hasSize(Subject.MAX_EVIDENCE);
    assertThat(why.get(0).witness()).isEqualTo(A);
    assertThat(why.get(1).witness()).isEqualTo(B);
    assertThat(why.getLast().witness().node().host()).isEqualTo("n99");
  }

  @Test
  void addressesAreBoundedAndTheDeadAreKeptLongest() {
    var small = new DeathOracle(3);
    var exited = Address.of("dead", 1);
    small.report(Evidence.of(Kind.EXIT_SEEN, exited, Optional.of(ONE), A, Instant.EPOCH));
    var doubted = Address.of("doubted", 1);
    small.report(Evidence.of(Kind.SUSPECTED, doubted, Optional.of(ONE), A, Instant.EPOCH));
    for (int i = 0; i < 10; i++) {
      var address = Address.of("alive" + i, 1);
      small.report(Evidence.of(Kind.HEARD, address, Optional.of(ONE), A, Instant.EPOCH));
    }
    assertThat(small.verdicts().keySet()).containsExactly(Address.of("alive9", 1), exited, doubted);
    small.forget(exited);
    assertThat(small.verdicts().keySet()).containsExactly(Address.of("alive9", 1), doubted);
  }

  @Test
  void aNewerLifeCannotBeReportedWithoutItsProof() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> oracle.report(of(Kind.NEWER_LIFE, ONE, A)));
  }

  @Test
  void eachChangeIsToldOnceInOrderOnTheLoop() {
    var loop = new HandLoop(0);
    var told = new ArrayList<Change>();
    var listening = oracle.listen(loop, told::add);
    heard(ONE);
    heard(ONE);
    oracle.report(of(Kind.NO_ANSWER, ONE, A));
    oracle.report(of(Kind.NO_ANSWER, ONE, A));
    heard(TWO);
    assertThat(told).as("before the loop's turn").isEmpty();
    loop.runTasks();
    var unknown = new Verdict.Unknown();
    var doubted =
        new Verdict.Doubted(Optional.of(ONE), Strength.DOUBT, List.of(of(Kind.NO_ANSWER, ONE, A)));
    var end = dead(ONE, Subject.followed(of(Kind.HEARD, TWO, A), ONE, TWO));
    assertThat(told)
        .containsExactly(
            new Change(P, unknown, alive(ONE)),
            new Change(P, alive(ONE), doubted),
            new Change(P, doubted, end),
            new Change(P, end, alive(TWO)));
    told.clear();
    oracle.forget(P);
    loop.runTasks();
    assertThat(told).containsExactly(new Change(P, alive(TWO), unknown));
    told.clear();
    heard(ONE);
    listening.close();
    heard(TWO);
    loop.runTasks();
    assertThat(told).as("after the closing").isEmpty();
  }

  @Test
  void aListenerThatThrowsIsToldTheNextChangeToo() {
    var loop = new HandLoop(0);
    var told = new ArrayList<Change>();
    oracle.listen(
        loop,
        change -> {
          told.add(change);
          throw new IllegalStateException("a listener's own mistake");
        });
    heard(ONE);
    heard(TWO);
    loop.runTasks();
    assertThat(told).hasSize(3);
  }

  @Test
  void aListenerWhoseLoopEndedIsLetGoAndTheOthersAreTold() {
    var asked = new AtomicInteger();
    var ended =
        new io.sennit.core.loop.BareLoop() {
          @Override
          public void execute(Runnable task) {
            asked.incrementAndGet();
            throw new RejectedExecutionException("ended");
          }
        };
    var loop = new HandLoop(0);
    var told = new ArrayList<Change>();
    oracle.listen(ended, change -> told.clear());
    oracle.listen(loop, told::add);
    heard(ONE);
    heard(TWO);
    loop.runTasks();
    assertThat(told).hasSize(3);
    assertThat(asked).hasValue(1);
  }

  /** A loop that stands still must not make memory grow; deaths are not lost over it. */
  @Test
  void aListenerFarBehindIsToldTheLastOfEachAddressAndItsLastDeath() {
    var small = new DeathOracle(4);
    var loop = new HandLoop(0);
    var told = new ArrayList<Change>();
    small.listen(loop, told::add);
    for (int n = 1; n <= 10_000; n++) {
      var life = Optional.of(new Incarnation(n, 1));
      var address = Address.of("p" + n % 4, 1);
      small.report(Evidence.of(Kind.HEARD, address, life, A, Instant.EPOCH));
      small.report(Evidence.of(Kind.SUSPECTED, address, life, A, Instant.EPOCH));
    }
    loop.runTasks();
    assertThat(told).hasSizeLessThan(40);
    for (int i = 0; i < 4; i++) {
      var address = Address.of("p" + i, 1);
      var of = told.stream().filter(c -> c.subject().equals(address)).toList();
      assertThat(of.getLast().now()).isEqualTo(small.verdict(address));
      long lastDead = i == 0 ? 9_996 : 9_992 + i;
      assertThat(of.stream().map(Change::now).filter(Verdict.Dead.class::isInstance))
          .last()
          .satisfies(v -> assertThat(v.life().orElseThrow().number()).isEqualTo(lastDead));
    }
  }

  /** Many threads at once: every change of every address is told once and in order. */
  @Test
  void reportsOfManyThreadsAreToldInOrder() throws InterruptedException {
    var tasks = new ConcurrentLinkedQueue<Runnable>();
    var loop =
        new io.sennit.core.loop.BareLoop() {
          @Override
          public void execute(Runnable task) {
            tasks.add(task);
          }
        };
    var told = new ArrayList<Change>();
    oracle.listen(loop, told::add);
    int threads = 4;
    int lives = 500;
    var start = new CountDownLatch(1);
    var all = new ArrayList<Thread>();
    for (int t = 0; t < threads; t++) {
      all.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      start.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                    for (int n = 1; n <= lives; n++) {
                      heard(new Incarnation(n, 1));
                    }
                  }));
    }
    start.countDown();
    for (var thread : all) {
      thread.join();
    }
    assertThat(oracle.verdict(P)).isEqualTo(alive(new Incarnation(lives, 1)));
    for (var task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    assertThat(told).isNotEmpty();
    for (int i = 1; i < told.size(); i++) {
      assertThat(told.get(i).before()).as("change " + i).isEqualTo(told.get(i - 1).now());
    }
    assertThat(told.getLast().now()).isEqualTo(alive(new Incarnation(lives, 1)));
  }

  @Test
  void aVerdictSaysWhoSaidWhatInOneLine() {
    var exit =
        new Evidence(
            P,
            Optional.of(ONE),
            Kind.EXIT_SEEN,
            A,
            Instant.EPOCH,
            "exit code 137" + "!".repeat(300));
    assertThat(exit.detail()).hasSize(200);
    oracle.report(exit);
    assertThat(oracle.verdict(P).toString())
        .startsWith(
            "dead (life 1-000000000000000a): p:7400 (life 1-000000000000000a) exited, says grid at"
                + " a:7400 since 1970-01-01T00:00:00Z: exit code 137");
  }
}
