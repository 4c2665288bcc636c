package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A child JVM of a test, and what it says. Its standard error goes where ours goes. */
final class Children implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private Children(Process process) {
    this.process = process;
    this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  static Children start(String what, Path folder) throws IOException {
    var java = ProcessHandle.current().info().command().orElseThrow();
    return new Children(
        new ProcessBuilder(
                java,
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=deny",
                "-cp",
                System.getProperty("java.class.path"),
                ChildMain.class.getName(),
                what,
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** The next line; null at the end of its output. */
  @Nullable String line() throws IOException {
    return lines.readLine();
  }

  /** SIGKILL; what it still said can be read on. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly(); // not Process's own, which closes our end of its output
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("a killed child is still there");
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    lines.close();
  }
}
