package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.spi.Fabric.Campaign;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Loop;
import io.sennit.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every leadership service keeps to, among nodes that share one: at most one leads, epochs
 * only grow, and a candidate that resigns or closes its fabric hands over.
 */
public abstract class LeadershipContract {
  private World world;

  /** A new world for one test, whose nodes share a leadership service; closed by this class. */
  protected abstract World world();

  /** For subclasses. */
  @SuppressWarnings("NullAway.Init") // filled before each test
  protected LeadershipContract() {}

  @BeforeEach
  void begin() {
    world = world();
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** A candidate that notes what it is told. */
  private static final class Candidate implements Leadership {
    final Loop loop;
    final List<Long> epochs = new CopyOnWriteArrayList<>();
    volatile int losses;
    volatile boolean leads;
    volatile @Nullable String wrong;
    private @Nullable Campaign campaign;

    Candidate(Loop loop) {
      this.loop = loop;
    }

    @Override
    public void leading(long epoch) {
      check(loop.inLoop(), "leading() off the loop");
      check(!leads, "leading() twice without lost()");
      epochs.add(epoch);
      leads = true;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop writes; the check says if not
    public void lost() {
      check(loop.inLoop(), "lost() off the loop");
      check(leads, "lost() without leading()");
      losses++;
      leads = false;
    }

    private void check(boolean holds, String otherwise) {
      if (!holds) {
        wrong = otherwise;
      }
    }

    long epoch() {
      return epochs.getLast();
    }

    void resign() {
      Objects.requireNonNull(campaign).close();
    }

    void assertProper() {
      assertThat(wrong).isNull();
      assertThat(epochs).isSorted().doesNotHaveDuplicates();
    }
  }

  private Candidate campaign(String node, String role) {
    var fabric = world.node(node);
    var candidate = new Candidate(fabric.loop());
    candidate.campaign = fabric.campaign(candidate.loop, role, node, candidate);
    return candidate;
  }

  private void awaitLeader(Candidate candidate) {
    world.await("a candidate leads", () -> candidate.leads || candidate.wrong != null);
    candidate.assertProper();
  }

  @Test
  void oneCandidateLeads() {
    var a = campaign("a", "boss");
    awaitLeader(a);
    assertThat(a.epoch()).isPositive();
    a.resign();
    world.await("it is told", () -> a.losses == 1);
    a.assertProper();
  }

  @Test
  void onlyOneOfManyLeadsAndResigningHandsOver() {
    var all = List.of(campaign("a", "boss"), campaign("b", "boss"), campaign("c", "boss"));
    long last = 0;
    var waiting = new CopyOnWriteArrayList<>(all);
    while (!waiting.isEmpty()) {
      world.await("one leads", () -> waiting.stream().anyMatch(c -> c.leads));
      world.elapse(Duration.ofMillis(1500));
      var leaders = waiting.stream().filter(c -> c.leads).toList();
      assertThat(leaders).as("leaders at one time").hasSize(1);
      var leader = leaders.getFirst();
      assertThat(leader.epoch()).as("epoch after %d", last).isGreaterThan(last);
      last = leader.epoch();
      leader.resign();
      world.await("the leader is told that it lost", () -> leader.losses == 1);
      waiting.remove(leader);
    }
    all.forEach(Candidate::assertProper);
  }

  @Test
  void theEpochGrowsWithEachTermOfTheSameNode() {
    long last = 0;
    for (int term = 0; term < 4; term++) {
      var a = campaign("a", "boss");
      awaitLeader(a);
      assertThat(a.epoch()).isGreaterThan(last);
      last = a.epoch();
      a.resign();
      world.await("it is told", () -> a.losses == 1);
    }
  }

  @Test
  void rolesAreIndependent() {
    var boss = campaign("a", "boss");
    var clerk = campaign("b", "clerk");
    var odd = campaign("c", "a/b: ü");
    awaitLeader(boss);
    awaitLeader(clerk);
    awaitLeader(odd);
    List.of(boss, clerk, odd).forEach(Candidate::resign);
  }

  @Test
  void closingTheFabricResigns() {
    var a = campaign("a", "boss");
    awaitLeader(a);
    var b = campaign("b", "boss");
    world.node("a").close();
    awaitLeader(b);
    assertThat(b.epoch()).isGreaterThan(a.epoch());
    b.resign();
  }

  @Test
  void whoResignsBeforeLeadingNeverLeads() {
    var a = campaign("a", "boss");
    awaitLeader(a);
    var b = campaign("b", "boss");
    world.elapse(Duration.ofMillis(700));
    b.resign();
    b.resign();
    a.resign();
    world.elapse(Duration.ofSeconds(2));
    assertThat(b.epochs).isEmpty();
    assertThat(b.losses).isZero();
    var c = campaign("c", "boss");
    awaitLeader(c);
    c.resign();
    c.resign();
    world.await("it is told", () -> c.losses == 1);
    c.assertProper();
  }
}
