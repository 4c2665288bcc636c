package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.Incarnation;
import io.sennit.core.Within;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.death.Evidence;
import io.sennit.core.death.Verdict;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the oracle of death learns from connections, in virtual time. */
@Timeout(60)
@Row("G-death-evidence")
class DeathEvidenceTest {
  private static final Within SOON = within(Duration.ofSeconds(10));
  private static final Address B = Address.of("b", 7400);
  private static final Incarnation FIRST = new Incarnation(1000, 1);

  private final Simulation simulation = Simulation.of(5);
  private final ClusterKey key = ClusterKey.of(new byte[ClusterKey.SIZE]);
  private final DeathOracle oracle = new DeathOracle();

  @AfterEach
  void end() {
    simulation.close();
  }

  private Manager watching() {
    return Manager.builder()
        .fabric(simulation.node("a"))
        .listen(Address.of("a", 7400))
        .key(key)
        .ping(Duration.ofSeconds(1))
        .oracle(oracle)
        .start();
  }

  private Manager watched(Incarnation life) {
    return Manager.builder()
        .fabric(simulation.node("b"))
        .listen(B)
        .key(key)
        .incarnation(life)
        .start();
  }

  private void until(Evidence.Kind kind) {
    var end = simulation.time().plusSeconds(30);
    while (!says(kind)) {
      assertThat(simulation.time()).as(kind + " in " + oracle.verdict(B)).isLessThan(end);
      pause();
    }
  }

  private boolean says(Evidence.Kind kind) {
    var verdict = oracle.verdict(B);
    if (verdict instanceof Verdict.Doubted doubted) {
      return doubted.why().stream().anyMatch(e -> e.kind() == kind);
    }
    if (verdict instanceof Verdict.Left left) {
      return left.why().stream().anyMatch(e -> e.kind() == kind);
    }
    return verdict instanceof Verdict.Alive && kind == Evidence.Kind.HEARD;
  }

  private void pause() {
    try {
      simulation.sleep(Duration.ofMillis(5));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPeerIsHeardLostRefusedAndHeardAgainInALaterLife() {
    simulation.run(
        () -> {
          var a = watching();
          watched(FIRST);
          a.add("http://b:7400").waitForConnect(SOON);
          until(Evidence.Kind.HEARD);
          assertThat(oracle.verdict(B)).isInstanceOf(Verdict.Alive.class);
          assertThat(oracle.verdict(B).life()).contains(FIRST);
          simulation.faults().kill("b");
          until(Evidence.Kind.ENDED_AND_REFUSED);
          assertThat(oracle.verdict(B, FIRST)).isInstanceOf(Verdict.Doubted.class);
          simulation.faults().restart("b");
          var later = new Incarnation(2000, 2);
          watched(later);
          until(Evidence.Kind.HEARD);
          assertThat(oracle.verdict(B).life()).contains(later);
          assertThat(oracle.verdict(B, FIRST)).isInstanceOf(Verdict.Dead.class);
          assertThat(oracle.verdict(B)).isInstanceOf(Verdict.Alive.class);
          a.close();
        });
  }

  @Test
  void aSilentPeerAndOneThatLeavesAreToldApart() {
    simulation.run(
        () -> {
          var a = watching();
          var b = watched(FIRST);
          a.add("http://b:7400").waitForConnect(SOON);
          until(Evidence.Kind.HEARD);
          var cut = simulation.faults().cut("a", "b");
          until(Evidence.Kind.NO_ANSWER);
          cut.heal();
          until(Evidence.Kind.HEARD);
          assertThat(oracle.verdict(B)).isInstanceOf(Verdict.Alive.class);
          b.close();
          until(Evidence.Kind.GOODBYE);
          assertThat(oracle.verdict(B)).isInstanceOf(Verdict.Left.class);
          assertThat(says(Evidence.Kind.CONNECTION_LOST)).isFalse();
          a.close();
        });
  }

  @Test
  void anUnlistedPeerThatDiesIsAskedForOnce() {
    simulation.run(
        () -> {
          var a = watching();
          var b = watched(FIRST);
          b.learn("http://a:7400").waitForConnect(SOON);
          until(Evidence.Kind.HEARD);
          simulation.faults().kill("b");
          until(Evidence.Kind.ENDED_AND_REFUSED);
          a.close();
        });
  }
}
