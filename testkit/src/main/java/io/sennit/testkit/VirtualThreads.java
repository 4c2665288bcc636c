package io.sennit.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The virtual threads of Sennit that live now; a list of all threads leaves them out. */
final class VirtualThreads {
  /** Frames by which a thread is known as ours: that of user code, and that of who wakes others. */
  private static final List<String> FRAMES =
      List.of("io.sennit.net.UserTask.run", "io.sennit.net.Wakings$");

  private VirtualThreads() {}

  /** Each with its name and where it stands. */
  static List<String> ours() {
    try {
      var folder = Files.createTempDirectory("sennit-threads");
      var file = folder.resolve("dump");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return read(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> read(Path dump) throws IOException {
    var found = new ArrayList<String>();
    String head = "";
    String top = "";
    boolean ours = false;
    for (var line : Files.readAllLines(dump)) {
      if (line.startsWith("#")) {
        if (ours) {
          found.add(head + " at " + top);
        }
        head = line.contains(" virtual") ? line : "";
        top = "";
        ours = false;
      } else if (!head.isEmpty() && !line.isBlank()) {
        top = top.isEmpty() ? line.strip() : top;
        ours |= FRAMES.stream().anyMatch(line::contains);
      }
    }
    if (ours) {
      found.add(head + " at " + top);
    }
    return found;
  }
}
