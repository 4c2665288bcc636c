package io.sennit.cli.demo;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The independent witness: one thread that lists and reads the files itself and looks at each line
 * with {@link String#contains}. It shares nothing with the workers but the bytes, and follows the
 * {@link Rules} by code of its own.
 */
public final class PlainScan {
  /** The lines of one file that hold one term: how many, and a sum over their numbers and texts. */
  public record Hits(long lines, long sum, long chars) {
    /** No line. */
    public static final Hits NONE = new Hits(0, 0, 0);

    /** These and one line more. */
    public Hits and(long number, String text) {
      return new Hits(lines + 1, sum + mark(number, text), chars + text.length());
    }

    private static long mark(long number, String text) {
      return (number + 1) * 0x9e3779b97f4a7c15L ^ text.hashCode() * 0xc2b2ae3d27d4eb4fL;
    }
  }

  /** A sum over files. */
  public record Total(long files, long lines) {}

  private record Text(Stamp stamp, long lines, Map<String, Hits> hits) {}

  private final List<String> terms;
  private final Bounds bounds;
  private final SortedMap<String, Text> texts = new TreeMap<>();
  private final SortedMap<String, String> skipped = new TreeMap<>();
  private int entries;
  private int taken;
  private long takenBytes;
  private String end = "";

  private PlainScan(List<String> terms, Bounds bounds) {
    this.terms = terms;
    this.bounds = bounds;
  }

  /** Lists a folder and reads every text in it, once, within {@link Bounds#USUAL}. */
  public static PlainScan of(File root, List<String> terms) throws IOException {
    return of(root, terms, Bounds.USUAL);
  }

  /** Lists a folder and reads every text in it, once. */
  public static PlainScan of(File root, List<String> terms, Bounds bounds) throws IOException {
    var scan = new PlainScan(terms, bounds);
    var folder = root.getCanonicalFile();
    if (!scan.list(folder)) {
      throw new IOException(folder + " cannot be read");
    }
    return scan;
  }

  /** Reads a single file; whether it is a text by the rules, as far as its content goes. */
  public static boolean isText(File file) throws IOException {
    var scan = new PlainScan(List.of(), Bounds.USUAL);
    scan.file(file);
    return !scan.texts.isEmpty();
  }

  private boolean list(File folder) throws IOException {
    var names = folder.list();
    if (names == null) {
      return false;
    }
    Arrays.sort(names);
    for (var name : names) {
      if (!end.isEmpty()) {
        return true;
      }
      var entry = new File(folder, name);
      if (entries == bounds.entries()) {
        end = entry.getPath();
        return true;
      }
      entries++;
      if (name.contains("\ufffd")) {
        skip(entry, Rules.NAME);
      } else {
        look(entry, name);
      }
    }
    return true;
  }

  private void look(File entry, String name) throws IOException {
    BasicFileAttributes kind;
    try {
      kind = attributes(entry);
    } catch (IOException e) {
      skip(entry, Rules.UNREADABLE);
      return;
    }
    if (kind.isDirectory() && List.of("target", "node_modules").contains(name)
        || kind.isDirectory() && name.charAt(0) == '.') {
      skip(entry, Rules.FOLDER);
    } else if (kind.isDirectory()) {
      if (!list(entry)) {
        skip(entry, Rules.UNREADABLE);
      }
    } else if (kind.isSymbolicLink()) {
      skip(entry, Rules.LINK);
    } else if (kind.isOther()) {
      skip(entry, Rules.SPECIAL);
    } else if (kind.size() == 0) {
      skip(entry, Rules.EMPTY);
    } else if (kind.size() > Rules.MAX_FILE) {
      skip(entry, Rules.TOO_LARGE);
    } else {
      file(entry);
    }
  }

  private static BasicFileAttributes attributes(File file) throws IOException {
    return Files.readAttributes(
        file.toPath(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Reads one file line by line; a file that is no text leaves nothing but its reason. */
  private void file(File file) {
    try (var in = new FileInputStream(file)) {
      var before = Stamp.of(attributes(file));
      var first = in.readNBytes(Rules.HEAD);
      for (byte b : first) {
        if (b == 0) {
          skip(file, Rules.BINARY);
          return;
        }
      }
      if (taken + 1 > bounds.files() || takenBytes + before.bytes() > bounds.bytes()) {
        end = file.getPath();
        return;
      }
      taken++;
      takenBytes += before.bytes();
      var lines = new Lines(terms);
      long position = first.length;
      lines.take(first, first.length);
      var chunk = new byte[1 << 16];
      for (int n = in.read(chunk); n >= 0 && position <= before.bytes(); n = in.read(chunk)) {
        lines.take(chunk, n);
        position += n;
      }
      lines.end();
      if (position != before.bytes() || !Stamp.of(attributes(file)).equals(before)) {
        skip(file, Rules.CHANGED);
      } else if (lines.tooLong) {
        skip(file, Rules.LONG_LINE);
      } else if (lines.malformed) {
        skip(file, Rules.NOT_UTF8);
      } else {
        texts.put(file.getPath(), new Text(before, lines.number, lines.hits));
      }
    } catch (IOException e) {
      skip(file, Rules.UNREADABLE);
    }
  }

  /** The lines of one file as its bytes come. */
  private static final class Lines {
    private final List<String> terms;
    private final Map<String, Hits> hits = new HashMap<>();
    private byte[] line = new byte[256];
    private int length;
    private long number;
    private boolean tooLong;
    private boolean malformed;

    Lines(List<String> terms) {
      this.terms = terms;
    }

    void take(byte[] chunk, int count) {
      for (int i = 0; i < count; i++) {
        if (chunk[i] == '\n') {
          look();
        } else if (length == Rules.MAX_LINE) {
          tooLong = true;
        } else {
          if (length == line.length) {
            line = Arrays.copyOf(line, length * 2);
          }
          line[length++] = chunk[i];
        }
      }
    }

    void end() {
      if (length > 0) {
        look();
      }
    }

    private void look() {
      number++;
      try {
        var text =
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, length)).toString();
        for (var term : terms) {
          if (text.contains(term)) {
            hits.put(term, hits.getOrDefault(term, Hits.NONE).and(number, shown(text)));
          }
        }
      } catch (CharacterCodingException e) {
        malformed = true;
      }
      length = 0;
    }

    private static String shown(String text) {
      if (text.length() <= Rules.SHOWN) {
        return text;
      }
      boolean halved = Character.isHighSurrogate(text.charAt(Rules.SHOWN - 1));
      return text.substring(0, halved ? Rules.SHOWN - 1 : Rules.SHOWN);
    }
  }

  private void skip(File entry, String why) {
    skipped.put(entry.getPath(), why);
  }

  /** Paths of all texts, in order. */
  public List<String> files() {
    return List.copyOf(texts.keySet());
  }

  /** What was passed by: path and reason. */
  public SortedMap<String, String> skipped() {
    return skipped;
  }

  /** The first entry that was not looked at, or nothing if the whole folder was. */
  public String end() {
    return end;
  }

  /** Lines of all texts. */
  public long lines() {
    return texts.values().stream().mapToLong(Text::lines).sum();
  }

  /** Lines of one text; 0 if there is none at this path. */
  public long lines(String path) {
    var text = texts.get(path);
    return text == null ? 0 : text.lines();
  }

  /** Whether a file is still as it was when it was read here; false if it was no text. */
  public boolean isSteady(String path) {
    var text = texts.get(path);
    return text != null && Stamp.now(new File(path).toPath()).equals(Optional.of(text.stamp()));
  }

  /** Whether a text was another when it was read here than it had been before. */
  public boolean isOtherThan(String path, Stamp before) {
    var text = texts.get(path);
    return text != null && !text.stamp().equals(before);
  }

  /** What one file holds of one term. */
  public Hits hits(String path, String term) {
    var text = texts.get(path);
    return text == null ? Hits.NONE : text.hits().getOrDefault(term, Hits.NONE);
  }

  /** What some files hold of one term. */
  public Total total(String term, Predicate<String> some) {
    long in = 0;
    long found = 0;
    for (var text : texts.entrySet()) {
      var hits = text.getValue().hits().getOrDefault(term, Hits.NONE);
      if (hits.lines() > 0 && some.test(text.getKey())) {
        in++;
        found += hits.lines();
      }
    }
    return new Total(in, found);
  }
}
