package io.sennit.sim.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Signals that Java has no call for, by the system's {@code kill}. */
final class Signals {
  private Signals() {}

  static void send(String signal, long pid) {
    var system = System.getProperty("os.name");
    if (system.startsWith("Windows")) {
      throw new UnsupportedOperationException(
          "SIG" + signal + " needs Linux or macOS; this is " + system);
    }
    try {
      var kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
              .redirectErrorStream(true)
              .start();
      var said = new String(kill.getInputStream().readAllBytes()).strip();
      if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("kill -" + signal + " " + pid + " failed: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("kill -" + signal + " " + pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending SIG" + signal, e);
    }
  }
}
