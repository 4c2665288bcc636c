package io.sennit.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pages and sources of this repository, as tests read them. */
public final class Readme {
  private static final String FENCE = "```";

  private Readme() {}

  /** The folder all modules are in; tests run in one of them or there. */
  public static Path top() {
    var here = Path.of("").toAbsolutePath();
    while (here != null && !Files.isDirectory(here.resolve("examples/src"))) {
      here = here.getParent();
    }
    if (here == null) {
      throw new AssertionError("not run inside the repository");
    }
    return here;
  }

  /** The last fenced block of an example's README: what it prints. */
  public static String output(String example) {
    var text =
        read(top().resolve("examples/src/main/java/io/sennit/examples/" + example + "/README.md"));
    int end = text.lastIndexOf(FENCE);
    int start = text.lastIndexOf(FENCE, end - 1);
    return text.substring(start + FENCE.length() + 1, end);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
