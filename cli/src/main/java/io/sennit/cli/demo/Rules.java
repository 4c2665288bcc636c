package io.sennit.cli.demo;

/**
 * What the demo searches, in one place: the reasons for which an entry of a folder is passed by, in
 * the order in which they are looked at, and the numbers in them. The front's {@link Walk} with the
 * workers on one side and the {@link PlainScan} on the other follow these rules, each by code of
 * its own; {@code docs/demo.md} states them.
 */
public final class Rules {
  /** A name that the system's character set cannot show: it holds U+FFFD. */
  public static final String NAME = "names that cannot be shown";

  /** Symbolic links are not followed, so that none can lead in a circle. */
  public static final String LINK = "symbolic links";

  /** Hidden folders and those that builds write to. */
  public static final String FOLDER = "hidden and build folders";

  /** Neither file nor folder: sockets, pipes, devices. */
  public static final String SPECIAL = "special files";

  /** Nothing in it. */
  public static final String EMPTY = "empty";

  /** More than {@link #MAX_FILE} bytes. */
  public static final String TOO_LARGE = "over 128 MiB";

  /** It or its folder cannot be read. */
  public static final String UNREADABLE = "unreadable";

  /** A NUL byte among the first {@link #HEAD} bytes. */
  public static final String BINARY = "binary";

  /** Its size or time of change is another after it was read than when it was listed. */
  public static final String CHANGED = "changed while read";

  /** Some line is longer than {@link #MAX_LINE} bytes: no text for people. */
  public static final String LONG_LINE = "a line over 1 MiB";

  /** Some line is not valid UTF-8. */
  public static final String NOT_UTF8 = "not UTF-8";

  /** What a name holds that could not be shown. */
  public static final char UNKNOWN = '\ufffd';

  /** Bytes looked at to tell binary files. */
  public static final int HEAD = 8192;

  /** Bytes of the largest file searched. */
  public static final long MAX_FILE = 128L << 20;

  /** Bytes of the longest line of a text, its line feed not counted. */
  public static final int MAX_LINE = 1 << 20;

  /** The most files taken on; before the next one the part that is searched ends. */
  public static final int MAX_FILES = 20_000;

  /** The most bytes taken on; before the file that goes beyond the part ends. */
  public static final long MAX_TOTAL = 256L << 20;

  /** The most entries looked at; before the next one the part ends. */
  public static final int MAX_ENTRIES = 200_000;

  /** Characters of a line that an answer shows; one less where a surrogate pair would be halved. */
  public static final int SHOWN = 2000;

  private Rules() {}
}
