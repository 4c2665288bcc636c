package io.sennit.cli;

import io.sennit.cli.demo.Screen;
import java.io.PrintStream;

/** What kind of terminal there is. */
public final class Terminal {
  private static final int DEFAULT_WIDTH = 100;

  private Terminal() {}

  /** A screen on a stream; rewritten in place only if that is a person's terminal. */
  public static Screen screen(PrintStream out, boolean mayBeTerminal) {
    boolean terminal = mayBeTerminal && isTerminal();
    return new Screen(out, terminal, terminal && System.getenv("NO_COLOR") == null, width());
  }

  private static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  private static int width() {
    var columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}")
        ? Integer.parseInt(columns)
        : DEFAULT_WIDTH;
  }
}
