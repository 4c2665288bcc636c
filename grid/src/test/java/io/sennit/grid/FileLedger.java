package io.sennit.grid;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sennit.core.Outcome;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A ledger that outlives its process: a line for each entry, handed to the system before the entry
 * comes true, so that a killed process cannot take back what it did. Any thread.
 */
final class FileLedger implements Ledger, AutoCloseable {
  private final FileOutputStream file; // not a channel: those close when a thread is interrupted

  FileLedger(Path path) throws IOException {
    file = new FileOutputStream(path.toFile(), true);
  }

  private void line(char what, Object... words) {
    var text = new StringBuilder().append(what);
    for (var word : words) {
      text.append(' ').append(word);
    }
    try {
      file.write(text.append('\n').toString().getBytes(US_ASCII)); // one write, to its end
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void began(long id) {
    line('b', id);
  }

  @Override
  public void ran(long id) {
    line('h', id);
  }

  @Override
  public void ok(long id, boolean right) {
    line('a', id, right);
  }

  @Override
  public void failed(long id, Outcome outcome) {
    line('f', id, outcome);
  }

  @Override
  public void overran(long id, long millis) {
    line('d', id, millis);
  }

  @Override
  public void breach(long id, String rule) {
    line('x', id, rule.replace(' ', '_'));
  }

  @Override
  public void opened(long id) {
    line('o', id);
  }

  @Override
  public void sent(long id, boolean up, int index) {
    line('s', id, up, index);
  }

  @Override
  public void ended(long id, boolean up, int count) {
    line('e', id, up, count);
  }

  @Override
  public void received(long id, boolean up, int index, byte[] item) {
    var in = ByteBuffer.wrap(item);
    line('r', id, up, index, in.getLong(), in.getInt());
  }

  @Override
  public void cleanEnd(long id, boolean up, int count) {
    line('c', id, up, count);
  }

  @Override
  public void confirmed(long id, int took, int sent) {
    line('k', id, took, sent);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Reads ledgers to a judge: first what was begun and sent, then what came of it. */
  static void tell(List<Path> ledgers, Judge judge) throws IOException {
    var later = new ArrayList<String[]>();
    for (var path : ledgers) {
      var all = Files.readString(path, US_ASCII);
      // A line without its end is of a process that was killed in the middle of it.
      for (var line : all.substring(0, all.lastIndexOf('\n') + 1).lines().toList()) {
        var words = line.split(" ", -1);
        long id = Long.parseLong(words[1]);
        switch (words[0]) {
          case "b" -> judge.began(id);
          case "o" -> judge.opened(id);
          case "s" -> judge.sent(id, Boolean.parseBoolean(words[2]), Integer.parseInt(words[3]));
          case "e" -> judge.ended(id, Boolean.parseBoolean(words[2]), Integer.parseInt(words[3]));
          default -> later.add(words);
        }
      }
    }
    for (var words : later) {
      long id = Long.parseLong(words[1]);
      switch (words[0]) {
        case "h" -> judge.ran(id);
        case "a" -> judge.ok(id, Boolean.parseBoolean(words[2]));
        case "d" -> judge.overran(id, Long.parseLong(words[2]));
        case "x" -> judge.breach(id, words[2]);
        case "f" -> judge.failed(id, Outcome.valueOf(words[2]));
        case "r" ->
            judge.received(
                id,
                Boolean.parseBoolean(words[2]),
                Integer.parseInt(words[3]),
                GridWork.item(Long.parseLong(words[4]), Integer.parseInt(words[5]), GridWork.HEAD));
        case "c" -> judge.cleanEnd(id, Boolean.parseBoolean(words[2]), Integer.parseInt(words[3]));
        case "k" -> judge.confirmed(id, Integer.parseInt(words[2]), Integer.parseInt(words[3]));
        default -> throw new AssertionError("no entry: " + String.join(" ", words));
      }
    }
  }
}
