package io.sennit.core.spi;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.Thrown;
import io.sennit.core.loop.RareLog;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/** Keeps what a listener throws from whoever tells it. */
final class GuardedListener implements FabricListener {
  private static final RareLog LOG = RareLog.of("io.sennit.core.fabric");

  private final FabricListener told;

  GuardedListener(FabricListener told) {
    this.told = told;
  }

  private static void guard(Runnable telling) {
    try {
      telling.run();
    } catch (Throwable t) {
      LOG.log(System.nanoTime(), Level.WARNING, "a fabric's listener threw", Thrown.printable(t));
    }
  }

  @Override
  public void linkOpened(Peer peer, boolean dialed) {
    guard(() -> told.linkOpened(peer, dialed));
  }

  @Override
  public void linkClosed(Peer peer, Optional<SennitException> why) {
    guard(() -> told.linkClosed(peer, why));
  }

  @Override
  public void loopBlocked(String loop, Duration sofar, StackTraceElement[] stack) {
    guard(() -> told.loopBlocked(loop, sofar, stack));
  }

  @Override
  public void loopFailed(String loop, Throwable why) {
    guard(() -> told.loopFailed(loop, why));
  }

  @Override
  public void loopEnded(String loop, Throwable why) {
    guard(() -> told.loopEnded(loop, why));
  }

  @Override
  public void acceptPaused(Address at, Throwable why) {
    guard(() -> told.acceptPaused(at, why));
  }

  @Override
  public void acceptResumed(Address at) {
    guard(() -> told.acceptResumed(at));
  }

  @Override
  public void storeFailed(String store, SennitException why) {
    guard(() -> told.storeFailed(store, why));
  }
}
