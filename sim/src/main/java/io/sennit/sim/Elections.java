package io.sennit.sim;

import io.sennit.core.spi.Leadership;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The leadership service of the cluster, on a machine of its own that never fails: a lease for each
 * role, with an epoch that grows with every term.
 */
final class Elections {
  /** The service's place in the network, for partitions. */
  static final String PLACE = "#leadership";

  /** How long a lease lasts without being renewed. */
  static final long LEASE_NANOS = 3_000_000_000L;

  private static final class Role {
    long epoch;
    long until;
    @Nullable Candidate holder;
  }

  private final Simulation simulation;
  private final SplittableRandom random;
  private final TreeMap<String, Role> roles = new TreeMap<>();

  Elections(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.random = random;
  }

  Candidate enter(Life life, SimLoop loop, String role, String me, Leadership leadership) {
    var candidate = new Candidate(this, life, loop, role, me, leadership, random.split());
    candidate.begin();
    return candidate;
  }

  Simulation simulation() {
    return simulation;
  }

  /**
   * A candidate asks for the lease or renews it.
   *
   * @param held the epoch of the term it believes to be in; 0: none, so what it gets is a new one
   * @return the epoch, or 0 if another has it
   */
  long ask(Candidate candidate, long held) {
    var role = roles.computeIfAbsent(candidate.role(), _ -> new Role());
    long now = simulation.now();
    if (role.holder != candidate) {
      if (role.holder != null && now < role.until) {
        return 0;
      }
      if (role.holder != null) {
        simulation.inject(Injected.Kind.LOST_LEASE);
      }
      role.holder = candidate;
      role.epoch++;
    } else if (now >= role.until || held != role.epoch) {
      // its lease had lapsed, here or in its own eyes, so this is a new term
      role.epoch++;
    }
    role.until = now + LEASE_NANOS;
    return role.epoch;
  }

  void release(Candidate candidate) {
    var role = roles.get(candidate.role());
    if (role != null && role.holder == candidate) {
      role.holder = null;
    }
  }
}
