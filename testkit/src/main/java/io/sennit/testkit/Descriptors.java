package io.sennit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * How many sockets and files of stores this process has open, by kind; on a system without {@code
 * /proc} nothing is seen. Pollers are not counted: the machine keeps some for its virtual threads,
 * and one of ours has a thread, which {@link Leaks} finds.
 */
public final class Descriptors {
  private static final Path FOLDER = Path.of("/proc/self/fd");

  static {
    try (var first = new ServerSocket(0)) { // with it the machine makes a socket that it keeps
      first.setReuseAddress(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final Map<String, Integer> byKind;

  private Descriptors(Map<String, Integer> byKind) {
    this.byKind = byKind;
  }

  /** Those of this moment. */
  public static Descriptors now() {
    var found = new TreeMap<String, Integer>();
    if (Files.isDirectory(FOLDER)) {
      try (var all = Files.newDirectoryStream(FOLDER)) {
        for (var one : all) {
          count(one, found);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Descriptors(found);
  }

  private static void count(Path one, Map<String, Integer> found) {
    String target;
    try {
      target = Files.readSymbolicLink(one).toString();
    } catch (IOException e) {
      return; // closed since it was listed
    }
    var kind = kind(target);
    if (!kind.isEmpty()) {
      found.merge(kind, 1, Integer::sum);
    }
  }

  private static String kind(String target) {
    if (target.startsWith("socket:")) {
      return "socket";
    }
    return target.matches(".*\\.(db|db-wal|db-shm|lock)( \\(deleted\\))?") ? "file of a store" : "";
  }

  /**
   * Waits until no kind has more open than when this was made.
   *
   * @throws AssertionError naming both
   */
  public void awaitNoMore(Duration patience) {
    try {
      Awaitility.await().atMost(patience).until(() -> now().isWithin(this));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "descriptors remain: " + now() + ", before " + this + "; sockets: " + sockets(), e);
    }
  }

  /** What the system's tables say of our sockets: protocol, addresses in hexadecimal, state. */
  private static List<String> sockets() {
    var found = new ArrayList<String>();
    try (var all = Files.newDirectoryStream(FOLDER)) {
      for (var one : all) {
        if (Files.isSymbolicLink(one)) {
          var target = Files.readSymbolicLink(one).toString();
          if (target.startsWith("socket:[")) {
            found.add(socket(target.substring(8, target.length() - 1)));
          }
        }
      }
    } catch (IOException e) {
      found.add("not all, since one was closed meanwhile: " + e);
    }
    return found;
  }

  private static String socket(String inode) throws IOException {
    for (var protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
      for (var line : Files.readAllLines(Path.of("/proc/self/net", protocol))) {
        var words = line.strip().split(" +");
        if (words.length > 9 && words[9].equals(inode)) {
          return protocol + " " + words[1] + " " + words[2] + " " + words[3];
        }
      }
    }
    return "not bound";
  }

  private boolean isWithin(Descriptors bound) {
    return byKind.entrySet().stream()
        .allMatch(one -> one.getValue() <= bound.byKind.getOrDefault(one.getKey(), 0));
  }

  @Override
  public String toString() {
    return byKind.toString();
  }
}
