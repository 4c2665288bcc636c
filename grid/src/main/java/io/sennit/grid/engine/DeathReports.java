package io.sennit.grid.engine;

import io.sennit.core.Incarnation;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.death.Evidence;
import io.sennit.core.death.Witness;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one peer's connections say of its life and death, told to the process's oracle, if there is
 * one: {@code Evidence.Kind} tells what each is worth. On the peer's home loop.
 */
final class DeathReports {
  private final Remote remote;
  private final Optional<DeathOracle> oracle;
  private boolean lost; // without goodbye, and not connected since
  private @Nullable Incarnation life;

  DeathReports(Remote remote) {
    this.remote = remote;
    this.oracle = remote.grid().settings().oracle();
  }

  /** Whether anybody wants to know more than the connections tell by themselves. */
  boolean areWanted() {
    return oracle.isPresent() && isNode();
  }

  /** A connection stands, and the peer's life is proven. */
  void heard(Optional<Incarnation> proven) {
    lost = false;
    proven.ifPresent(
        now -> {
          life = now;
          report(Evidence.Kind.HEARD, "");
        });
  }

  /** The connection was left in peace. */
  void goodbye() {
    lost = false;
    report(Evidence.Kind.GOODBYE, "");
  }

  /** The connection ended without goodbye. */
  void lost(boolean silent, String why) {
    lost = true;
    report(silent ? Evidence.Kind.NO_ANSWER : Evidence.Kind.CONNECTION_LOST, why);
  }

  /** Nobody answered where the peer was. */
  void refused(String why) {
    if (lost) {
      lost = false; // said once for each loss
      report(Evidence.Kind.ENDED_AND_REFUSED, why);
    }
  }

  private boolean isNode() {
    var standing = remote.standing();
    return standing == PeerStanding.LISTED || standing == PeerStanding.LEARNED;
  }

  private void report(Evidence.Kind kind, String detail) {
    if (!areWanted()) {
      return;
    }
    var local = remote.grid().settings().local();
    var here = local.contains("://") ? HostText.address(local) : HostText.nowhere();
    oracle
        .orElseThrow()
        .report(
            new Evidence(
                HostText.address(remote.host()),
                Optional.ofNullable(life),
                kind,
                new Witness(here, "grid"),
                remote.home().wallTime(),
                detail));
  }
}
