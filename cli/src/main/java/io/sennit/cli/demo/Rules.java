package io.sennit.cli.demo;

/**
 * What the demo searches, in one place. Both the workers and the plain scan follow these rules,
 * each by code of its own.
 */
public final class Rules {
  /** Symbolic links are not followed, so that none can lead in a circle. */
  public static final String LINK = "symbolic links";

  /** Hidden folders and those that builds write to. */
  public static final String FOLDER = "hidden and build folders";

  /** Neither file nor folder: sockets, pipes, devices. */
  public static final String SPECIAL = "special files";

  /** Nothing in it. */
  public static final String EMPTY = "empty";

  /** It or its folder cannot be read. */
  public static final String UNREADABLE = "unreadable";

  /** A NUL byte among the first {@link #HEAD} bytes. */
  public static final String BINARY = "binary";

  /** More than {@link #MAX_FILE} bytes. */
  public static final String TOO_LARGE = "over 512 MiB";

  /** Some line is not valid UTF-8. */
  public static final String NOT_UTF8 = "not UTF-8";

  /** Some line is longer than {@link #MAX_LINE} bytes: no text for people. */
  public static final String LONG_LINE = "a line over 1 MiB";

  /** Beyond what the tour takes on: {@link #MAX_FILES} files, {@link #MAX_TOTAL} bytes. */
  public static final String BEYOND = "beyond 20,000 files or 1 GiB";

  /** Bytes looked at to tell binary files. */
  public static final int HEAD = 8192;

  /** Bytes of the largest file searched. */
  public static final long MAX_FILE = 512L << 20;

  /** Bytes of the longest line of a text. */
  public static final int MAX_LINE = 1 << 20;

  /** The most files taken on. */
  public static final int MAX_FILES = 20_000;

  /** The most bytes taken on. */
  public static final long MAX_TOTAL = 1L << 30;

  /** Characters of a line that an answer shows. */
  public static final int SHOWN = 2000;

  private Rules() {}

  /** Whether a folder is left out by its name. */
  public static boolean isLeftOut(String folder) {
    return folder.startsWith(".") || folder.equals("target") || folder.equals("node_modules");
  }
}
