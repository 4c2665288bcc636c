package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Peer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** What happens to the fabric a node stands on, as figures and as health. */
final class Ground implements FabricListener {
  private final Map<String, Health> troubles = new ConcurrentSkipListMap<>();
  private final Meters.Count opened;
  private final Meters.Count ended;
  private final Meters.Count failed;
  private final Meters.Count blocked;
  private final Meters.Count failures;
  private final Meters.Count pauses;

  Ground(Meters meters) {
    opened = meters.count("links_opened");
    ended = meters.count("links_ended");
    failed = meters.count("links_failed");
    blocked = meters.count("loops_blocked");
    failures = meters.count("loop_failures");
    pauses = meters.count("accept_pauses");
  }

  /** The worst of what is wrong now. */
  Health health() {
    var worst = Health.UP;
    for (var trouble : troubles.values()) {
      worst = worst.worse(trouble);
    }
    return worst;
  }

  @Override
  public void linkOpened(Peer peer, boolean dialed) {
    opened.add();
  }

  @Override
  public void linkClosed(Peer peer, Optional<SennitException> why) {
    ended.add();
    if (why.isPresent()) {
      failed.add();
    }
  }

  @Override
  public void loopBlocked(String loop, Duration sofar, StackTraceElement[] stack) {
    blocked.add();
  }

  @Override
  public void loopFailed(String loop, Throwable why) {
    failures.add();
  }

  @Override
  public void loopEnded(String loop, Throwable why) {
    troubles.put("loop " + loop, Health.down("the loop " + loop + " has ended: " + why));
  }

  @Override
  public void acceptPaused(Address at, Throwable why) {
    pauses.add();
    troubles.put("port " + at, Health.degraded(at + " accepts no connections: " + why));
  }

  @Override
  public void acceptResumed(Address at) {
    troubles.remove("port " + at);
  }

  @Override
  public void storeFailed(String store, SennitException why) {
    troubles.put("store " + store, Health.degraded("the store failed: " + why.what()));
  }

  /** The node has opened it again. */
  void storeOpened(String store) {
    troubles.remove("store " + store);
  }
}
