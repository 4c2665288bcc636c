package io.sennit.cli.demo;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * The terminal: lines that stay, and one status line below them that is rewritten in place. Where
 * there is no terminal the status becomes a plain line every two seconds. Any thread may use it.
 */
public final class Screen {
  private static final long PLAIN_EVERY_NS = TimeUnit.SECONDS.toNanos(2);
  private static final String CLEAR = "\r\033[K";

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colour;
  private final int width;
  private String status = "";
  private String printed = "";
  private long printedAt = System.nanoTime() - PLAIN_EVERY_NS;

  /**
   * A screen.
   *
   * @param terminal whether the status line may be rewritten in place
   * @param colour whether verdicts may be coloured
   * @param width columns of the terminal
   */
  public Screen(PrintStream out, boolean terminal, boolean colour, int width) {
    this.out = out;
    this.terminal = terminal;
    this.colour = colour;
    this.width = width;
  }

  /** Prints a line that stays. */
  public synchronized void line(String text) {
    if (terminal && !status.isEmpty()) {
      out.print(CLEAR);
    }
    out.println(text);
    if (terminal) {
      out.print(status);
    }
    out.flush();
  }

  /** Shows how things stand now. */
  public synchronized void status(String text) {
    if (terminal) {
      status = text.length() < width ? text : text.substring(0, width - 1);
      out.print(CLEAR + status);
      out.flush();
      return;
    }
    long now = System.nanoTime();
    if (now - printedAt >= PLAIN_EVERY_NS && !text.equals(printed)) {
      printedAt = now;
      printed = text;
      out.println(text);
      out.flush();
    }
  }

  /** Takes the status line away. */
  public synchronized void clear() {
    if (terminal && !status.isEmpty()) {
      out.print(CLEAR);
      out.flush();
    }
    status = "";
  }

  /** Prints text without a line's end: a prompt. */
  public synchronized void prompt(String text) {
    clear();
    status = terminal ? text : ""; // drawn again below whatever is printed meanwhile
    out.print(text);
    out.flush();
  }

  /** PASS or FAIL, coloured where that is welcome. */
  public String verdict(boolean pass) {
    if (!colour) {
      return pass ? "PASS" : "FAIL";
    }
    return pass ? "\033[32mPASS\033[0m" : "\033[31mFAIL\033[0m";
  }

  /** Whether the status line is rewritten in place. */
  public boolean isTerminal() {
    return terminal;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** A bar of a part of a whole, for the status line. */
  public static String bar(String what, long part, long whole) {
    int cells = 24;
    double share = whole == 0 ? 1 : Math.min(1, (double) part / whole);
    int full = (int) Math.round(cells * share);
    return "%s [%s%s] %3d %%"
        .formatted(what, "#".repeat(full), "-".repeat(cells - full), Math.round(100 * share));
  }
}
