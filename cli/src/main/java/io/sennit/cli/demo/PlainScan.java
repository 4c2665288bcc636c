package io.sennit.cli.demo;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The independent witness: one thread that lists and reads the files itself and looks at each line
 * with {@link String#contains}. It shares nothing with the workers but the bytes.
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

  private final List<String> terms;
  private final SortedMap<String, Map<String, Hits>> files = new TreeMap<>();
  private final SortedMap<String, Integer> skipped = new TreeMap<>();
  private long lines;
  private long bytes;

  private PlainScan(List<String> terms) {
    this.terms = terms;
  }

  /** Lists a folder and reads every text in it, once. */
  public static PlainScan of(File root, List<String> terms) throws IOException {
    var scan = new PlainScan(terms);
    var candidates = new ArrayList<File>();
    scan.list(root.getCanonicalFile(), candidates);
    for (var file : candidates) {
      scan.read(file);
    }
    return scan;
  }

  private void list(File folder, List<File> into) {
    var entries = folder.listFiles();
    if (entries == null) {
      skip(Rules.UNREADABLE);
      return;
    }
    Arrays.sort(entries);
    for (var entry : entries) {
      if (java.nio.file.Files.isSymbolicLink(entry.toPath())) {
        skip(Rules.LINK);
      } else if (entry.isDirectory()) {
        if (Rules.isLeftOut(entry.getName())) {
          skip(Rules.FOLDER);
        } else {
          list(entry, into);
        }
      } else if (!entry.isFile()) {
        skip(Rules.SPECIAL);
      } else if (entry.length() == 0) {
        skip(Rules.EMPTY);
      } else if (entry.length() > Rules.MAX_FILE) {
        skip(Rules.TOO_LARGE);
      } else {
        into.add(entry);
      }
    }
  }

  /** Reads one file line by line; a file that is no text leaves nothing but its reason. */
  private void read(File file) {
    var hits = new LinkedHashMap<String, Hits>();
    long number = 0;
    var chunk = new byte[1 << 16];
    var line = new byte[256];
    int length = 0;
    long position = 0;
    try (var in = new FileInputStream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        for (int i = 0; i < n; i++, position++) {
          if (chunk[i] == 0 && position < Rules.HEAD) {
            skip(Rules.BINARY);
            return;
          }
          if (chunk[i] == '\n') {
            look(line, length, ++number, hits);
            length = 0;
            continue;
          }
          if (length == Rules.MAX_LINE) {
            skip(Rules.LONG_LINE);
            return;
          }
          if (length == line.length) {
            line = Arrays.copyOf(line, length * 2);
          }
          line[length++] = chunk[i];
        }
      }
      if (length > 0) {
        look(line, length, ++number, hits);
      }
    } catch (CharacterCodingException e) {
      skip(Rules.NOT_UTF8);
      return;
    } catch (IOException e) {
      skip(Rules.UNREADABLE);
      return;
    }
    files.put(file.getPath(), hits);
    lines += number;
    bytes += position;
  }

  private void look(byte[] line, int length, long number, Map<String, Hits> hits)
      throws CharacterCodingException {
    var text =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, length)).toString();
    for (var term : terms) {
      if (text.contains(term)) {
        var shown = text.length() > Rules.SHOWN ? text.substring(0, Rules.SHOWN) : text;
        hits.merge(term, Hits.NONE.and(number, shown), (old, one) -> old.and(number, shown));
      }
    }
  }

  private void skip(String why) {
    skipped.merge(why, 1, Integer::sum);
  }

  /** Paths of all texts, in order. */
  public List<String> files() {
    return List.copyOf(files.keySet());
  }

  /** How many were passed by, by reason. */
  public SortedMap<String, Integer> skipped() {
    return skipped;
  }

  /** Lines of all texts. */
  public long lines() {
    return lines;
  }

  /** Bytes of all texts. */
  public long bytes() {
    return bytes;
  }

  /** What one file holds of one term. */
  public Hits hits(String path, String term) {
    return files.getOrDefault(path, Map.of()).getOrDefault(term, Hits.NONE);
  }

  /** What some files hold of one term. */
  public Total total(String term, Predicate<String> some) {
    long in = 0;
    long found = 0;
    for (var path : files.keySet()) {
      var hits = hits(path, term);
      if (hits.lines() > 0 && some.test(path)) {
        in++;
        found += hits.lines();
      }
    }
    return new Total(in, found);
  }
}
