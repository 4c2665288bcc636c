package io.sennit.cli;

import io.sennit.cli.demo.Screen;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What kind of terminal there is. */
public final class Terminal {
  /** Columns where nothing limits them: as many as the widest table has. */
  private static final int UNLIMITED = 200;

  private static final int USUAL = 100;
  private static final String NUMBER = "[1-9]\\d{1,3}";

  private Terminal() {}

  /** A screen on a stream; rewritten in place only if that is a person's terminal. */
  public static Screen screen(PrintStream out, boolean mayBeTerminal) {
    boolean terminal = mayBeTerminal && isTerminal();
    return new Screen(
        out, terminal, terminal && System.getenv("NO_COLOR") == null, width(terminal));
  }

  private static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  private static int width(boolean terminal) {
    var columns = System.getenv("COLUMNS");
    if (columns != null && columns.matches(NUMBER)) {
      return Integer.parseInt(columns);
    }
    return terminal ? asked() : UNLIMITED;
  }

  /** What the terminal says of itself, as shells do not tell their children. */
  private static int asked() {
    try {
      var stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (stty.waitFor(1, TimeUnit.SECONDS)) {
        var size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        var columns = size.strip().replaceFirst("^\\d+ ", "");
        return columns.matches(NUMBER) ? Integer.parseInt(columns) : USUAL;
      }
      stty.destroyForcibly();
    } catch (IOException e) {
      return USUAL; // there is no stty: not a Unix
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return USUAL;
  }
}
