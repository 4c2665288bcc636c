package io.sennit.sim.rig;

import java.util.concurrent.locks.LockSupport;

/** A child of the rig's tests: says it is up, then a number every 20 ms until it ends. */
final class TalkingMain {
  private TalkingMain() {}

  public static void main(String[] args) {
    ParentWatch.install();
    if (args.length > 0 && args[0].equals("parent")) {
      var rig = ProcessRig.open(1); // never closed: this process is killed
      System.out.println(
          "grandchild " + rig.start(JvmSpec.of("grandchild", TalkingMain.class.getName())).pid());
    }
    System.out.println("up with " + String.join(" ", args));
    System.err.println("property " + System.getProperty("sennit.t") + " " + System.getenv("T"));
    for (int i = 0; ; i++) {
      System.out.println("tick " + i);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
