package io.sennit.sim;

import io.sennit.core.ErrorContext;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import java.util.SplittableRandom;

/** A candidate: renews its lease, and stops leading when the lease ends by its own clock. */
final class Candidate implements Fabric.Campaign {
  private static final long ASK_NANOS = 300_000_000;
  private static final long MARGIN_NANOS = 200_000_000;
  private static final long UNREACHABLE_NANOS = 1_000_000_000;

  private final Elections elections;
  private final Simulation simulation;
  private final Life life;
  private final SimLoop loop;
  private final String role;
  private final String me;
  private final Leadership leadership;
  private final SplittableRandom random;
  private final Event tick;
  private final Event expiry;
  private long epoch; // of the term it was told of; 0: none
  private long lastTold;
  private long until; // by the node's clock
  private long lastAnswer; // by the node's clock
  private boolean unreachable;
  private boolean closed;

  Candidate(
      Elections elections,
      Life life,
      SimLoop loop,
      String role,
      String me,
      Leadership leadership,
      SplittableRandom random) {
    this.elections = elections;
    this.simulation = elections.simulation();
    this.life = life;
    this.loop = loop;
    this.role = role;
    this.me = me;
    this.leadership = leadership;
    this.random = random;
    this.tick = Event.of(life, this::ask);
    this.expiry = Event.of(life, () -> loop.input(this::checkLease));
  }

  String role() {
    return role;
  }

  void begin() {
    lastAnswer = life.clock().nanoTime();
    simulation.after(tick, random.nextLong(1_000_000));
  }

  private void ask() {
    if (closed) {
      return;
    }
    simulation.after(tick, ASK_NANOS + random.nextLong(ASK_NANOS / 2));
    var network = simulation.network();
    var there = network.path(life.name(), Elections.PLACE);
    var back = network.path(Elections.PLACE, life.name());
    long asked = life.clock().nanoTime();
    long held = epoch;
    checkAnswers(asked);
    simulation.after(
        Event.of(
            null,
            () -> {
              if (!there.passes() || life.isDead()) {
                return;
              }
              long granted = elections.ask(this, held);
              simulation.after(
                  Event.of(
                      life,
                      () -> {
                        if (back.passes()) {
                          loop.input(() -> answered(granted, asked));
                        }
                      }),
                  back.nanos(64));
            }),
        there.nanos(64));
  }

  private void checkAnswers(long now) {
    if (now - lastAnswer > UNREACHABLE_NANOS && !unreachable) {
      unreachable = true;
      var why =
          new StorageException(
              "no answer from the leadership service for 1 s",
              ErrorContext.advice("Check the network between this node and the service"));
      loop.input(
          () -> {
            if (!closed) {
              leadership.unreachable(why);
            }
          });
    }
  }

  private void answered(long granted, long asked) {
    lastAnswer = life.clock().nanoTime();
    unreachable = false;
    if (closed || isOutdated(granted)) {
      return;
    }
    if (epoch != 0 && granted != epoch) {
      lose();
    }
    long lease = asked + Elections.LEASE_NANOS - MARGIN_NANOS;
    long left = lease - life.clock().nanoTime();
    if (granted == 0 || left <= 0) {
      return;
    }
    until = lease;
    simulation.after(expiry, life.clock().worldNanos(left));
    if (epoch == 0) {
      epoch = granted;
      lastTold = granted;
      simulation.note(Trace.Kind.LEADER, life, granted, Trace.hash(role + me));
      leadership.leading(granted);
    }
  }

  /** Whether this is of a term that is over here already: an answer that was long on its way. */
  private boolean isOutdated(long granted) {
    return granted != 0 && (granted < lastTold || granted == lastTold && epoch == 0);
  }

  private void checkLease() {
    if (epoch == 0) {
      return;
    }
    long left = sureNanos();
    if (left == 0) {
      lose();
    } else { // the clock was made slower meanwhile
      simulation.after(expiry, life.clock().worldNanos(left));
    }
  }

  private void lose() {
    epoch = 0;
    simulation.cancel(expiry);
    leadership.lost();
  }

  @Override
  public long sureNanos() {
    return epoch == 0 ? 0 : Math.max(0, until - life.clock().nanoTime());
  }

  @Override
  public void close() {
    if (closed || life.isDead()) {
      return;
    }
    closed = true;
    simulation.cancel(tick);
    var there = simulation.network().path(life.name(), Elections.PLACE);
    loop.input(
        () -> {
          if (epoch != 0) {
            lose();
          }
          // The service is told after the engine: nobody leads beside it.
          simulation.after(
              Event.of(
                  null,
                  () -> {
                    if (there.passes()) {
                      elections.release(this);
                    }
                  }),
              there.nanos(64));
        });
  }
}
