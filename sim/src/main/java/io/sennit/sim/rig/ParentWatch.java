package io.sennit.sim.rig;

import java.io.IOException;

/**
 * The child's side of not outliving its parent: its standard input is a pipe from the parent, and
 * the end of that pipe means that the parent is gone, however it went.
 */
public final class ParentWatch {
  /** The exit status of a process whose parent is gone. */
  public static final int PARENT_GONE = 86;

  private ParentWatch() {}

  /**
   * Ends this process when its standard input ends. Call it first in {@code main} of a process
   * started by {@link ProcessRig}; it starts one daemon thread, which owns standard input from then
   * on. Shutdown hooks do not run: nobody is there for whom to tidy up.
   */
  public static void install() {
    Thread.ofPlatform().daemon().name("sennit-parent-watch").start(ParentWatch::watch);
  }

  private static void watch() {
    var ignored = new byte[256];
    try {
      while (System.in.read(ignored) >= 0) {
        // what a parent writes is not for us
      }
    } catch (IOException e) {
      System.err.println("standard input failed, which counts as its end: " + e);
    }
    Runtime.getRuntime().halt(PARENT_GONE);
  }
}
