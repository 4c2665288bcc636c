package io.sennit.bench.peers;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built {@code bench} folder: {@code -Dsennit.bench.home}, else the one that this class was
 * built in, else {@code ./bench}.
 *
 * @param folder the folder with a sub-folder for each peer's module
 */
public record BenchHome(Path folder) {
  /** Finds it. */
  public static BenchHome find() throws IOException {
    String told = System.getProperty("sennit.bench.home");
    if (told != null) {
      return checked(Path.of(told));
    }
    for (Path at = ownPlace(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("harness")) && Files.isDirectory(at.resolve("runner"))) {
        return new BenchHome(at);
      }
    }
    return checked(Path.of("bench"));
  }

  /** The {@code bench} folder of another checkout, which must be built. */
  public static BenchHome of(Path checkout) throws IOException {
    return checked(checkout.resolve("bench"));
  }

  private static BenchHome checked(Path folder) throws IOException {
    if (!Files.isDirectory(folder.resolve("runner"))) {
      throw new IOException(
          "no bench folder at "
              + folder.toAbsolutePath()
              + "; set -Dsennit.bench.home to the built one");
    }
    return new BenchHome(folder.toAbsolutePath());
  }

  private static Path ownPlace() throws IOException {
    try {
      return Path.of(BenchHome.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the place of the runner's classes is no path", e);
    }
  }

  /** Whether a module is there and built. */
  public boolean has(String module) {
    return Files.isDirectory(target(module).resolve("lib"));
  }

  /** A module's own class path. */
  public String classPath(String module) {
    Path target = target(module);
    return target.resolve("classes")
        + java.io.File.pathSeparator
        + target.resolve("lib").resolve("*");
  }

  private Path target(String module) {
    return folder.resolve(module).resolve("target");
  }
}
