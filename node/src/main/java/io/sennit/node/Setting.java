package io.sennit.node;

import io.sennit.core.ConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One key of the configuration, with all that is said of it anywhere: parsing, {@code sennit config
 * --explain} and the pages in docs/configuration come from it. Immutable.
 *
 * <pre>{@code
 * static final Setting TTL =
 *     Setting.time("mesh.ttl", "10 s", ofSeconds(1), ofHours(1), "How long an entry lives.")
 *         .alias("DIARKIS_TTL");
 * }</pre>
 *
 * @param key its full name, parts joined with dots
 * @param kind what its value is
 * @param fallback the default as it would be written, empty for none
 * @param about one sentence
 * @param min the least value, of bytes, counts and (in milliseconds) durations
 * @param max the greatest value
 * @param options the values there are, of {@link Kind#CHOICE}
 * @param aliases other names of it, as a variable and as a key of the file alike
 */
public record Setting(
    String key,
    Kind kind,
    String fallback,
    String about,
    long min,
    long max,
    List<String> options,
    List<String> aliases) {
  private static final String PART = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** What a setting's value is; with the range, all that is said of it to people. */
  public enum Kind {
    /** 1 to 64 letters, digits and a few signs. */
    NAME,
    /** Any text. */
    TEXT,
    /** One of a few words. */
    CHOICE,
    /** {@code host:port}. */
    ADDRESS,
    /** {@code scheme://host:port}. */
    HOST,
    /** Any number of peers, each {@code host:port} or {@code scheme://host:port}. */
    HOSTS,
    /** A path of the HTTP kind. */
    ROUTE,
    /** 64 hex digits, or a file that holds them; shown to nobody. */
    KEY,
    /** A file that must be there. */
    FILE,
    /** A folder, or {@code off}. */
    FOLDER,
    /** A text nobody may see. */
    SECRET,
    /** Yes or no. */
    FLAG,
    /** A size. */
    BYTES,
    /** A number of things. */
    COUNT,
    /** A time. */
    DURATION
  }

  /**
   * Checks the names.
   *
   * @throws ConfigException if the key or an alias is not spelt as keys are
   */
  public Setting {
    if (!key.matches(PART + "(\\." + PART + ")*")) {
      throw new ConfigException(
          "setting", key, "lower-case words, joined with dashes and, in sections, dots");
    }
    for (var alias : aliases) {
      if (!alias.matches("[A-Za-z][A-Za-z0-9_]*") || alias.startsWith("SENNIT_")) {
        throw new ConfigException(
            key, alias, "an alias of letters, digits and underscores that is not SENNIT_...");
      }
    }
    options = List.copyOf(options);
    aliases = List.copyOf(aliases);
  }

  /** A key of a kind without a range. */
  public static Setting of(String key, Kind kind, String fallback, String about) {
    return new Setting(key, kind, fallback, about, 0, 0, List.of(), List.of());
  }

  /** A size; {@code min} and {@code max} in bytes. */
  public static Setting bytes(String key, String fallback, long min, long max, String about) {
    return new Setting(key, Kind.BYTES, fallback, about, min, max, List.of(), List.of());
  }

  /** A number. */
  public static Setting count(String key, String fallback, long min, long max, String about) {
    return new Setting(key, Kind.COUNT, fallback, about, min, max, List.of(), List.of());
  }

  /** A time, precise to the millisecond. */
  public static Setting time(
      String key, String fallback, Duration min, Duration max, String about) {
    return new Setting(
        key, Kind.DURATION, fallback, about, min.toMillis(), max.toMillis(), List.of(), List.of());
  }

  /** One of a few words. */
  public static Setting choice(String key, String fallback, List<String> options, String about) {
    return new Setting(key, Kind.CHOICE, fallback, about, 0, 0, options, List.of());
  }

  /**
   * The same with another name, as of a system that is replaced: a variable of that name sets it,
   * and so does a key of that name at the top of the file.
   */
  public Setting alias(String name) {
    var more = new ArrayList<>(aliases);
    more.add(name);
    return new Setting(key, kind, fallback, about, min, max, options, more);
  }

  /** Its environment variable: SENNIT_ and the key in capitals, dots and dashes as underscores. */
  public String variable() {
    return "SENNIT_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** What its value may be, with the unit. */
  public String allowed() {
    return switch (kind) {
      case NAME -> "1 to 64 letters, digits, dots, colons, _ or -";
      case TEXT, SECRET -> "a text";
      case CHOICE -> "one of " + String.join(", ", options);
      case ADDRESS -> "host:port, like 10.0.0.1:7400";
      case HOST -> "scheme://host:port, like http://10.0.0.1:7400";
      case HOSTS -> "a list of host:port or scheme://host:port, each once";
      case ROUTE -> "a path that starts with a slash";
      case KEY -> "64 hex digits, or the path of a file that holds them";
      case FILE -> "the path of a file that can be read";
      case FOLDER -> "the path of a folder, or off";
      case FLAG -> "true or false";
      case BYTES -> "bytes, " + size(min) + " to " + size(max);
      case COUNT -> "a number, " + min + " to " + max;
      case DURATION -> "a time with its unit, " + duration(min) + " to " + duration(max);
    };
  }

  private static String size(long bytes) {
    if (bytes >= GIB && bytes % GIB == 0) {
      return bytes / GIB + " GiB";
    }
    if (bytes >= MIB && bytes % MIB == 0) {
      return bytes / MIB + " MiB";
    }
    return bytes % KIB == 0 && bytes > 0 ? bytes / KIB + " KiB" : String.valueOf(bytes);
  }

  private static String duration(long millis) {
    if (millis >= HOUR && millis % HOUR == 0) {
      return millis / HOUR + " h";
    }
    return millis >= 1000 && millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  /** Whether its value is shown to nobody. */
  public boolean isSecret() {
    return kind == Kind.KEY || kind == Kind.SECRET;
  }
}
