package io.sennit.cli.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The libraries as modules: for those who import them whole, and for those who run them so. */
@Timeout(120)
class ModulesIT {
  private static final String ROOT = "io.sennit";

  private static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.toFile().exists())
        .toList();
  }

  private static List<ModuleReference> ours() {
    return classPath().stream()
        .flatMap(path -> ModuleFinder.of(path).findAll().stream())
        .filter(module -> !module.descriptor().isAutomatic())
        .filter(module -> module.descriptor().name().startsWith(ROOT))
        .toList();
  }

  @Test
  void aCallWorksOnTheModulePath() throws Exception {
    var libraries = new ArrayList<Path>();
    var application = new ArrayList<Path>();
    for (var path : classPath()) {
      boolean ownClasses = path.toFile().isDirectory() && ModuleFinder.of(path).findAll().isEmpty();
      (ownClasses || isTool(path) ? application : libraries).add(path);
    }
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "--module-path",
                joined(libraries),
                "--add-modules",
                "io.sennit.node",
                "--enable-native-access=ALL-UNNAMED,io.netty.common,io.netty.transport.unix.common,"
                    + "io.netty.transport.classes.epoll",
                "-cp",
                joined(application),
                OnModulePath.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said)
          .contains("module io.sennit.core", "module io.sennit.grid", "module io.sennit.node")
          .contains("you too");
      assertThat(process.exitValue()).as(said).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Test libraries are not what an application would have on its module path. */
  private static boolean isTool(Path path) {
    var name = path.getFileName().toString();
    return !name.startsWith("sennit-")
        && !name.startsWith("netty-")
        && !name.startsWith("hash4j")
        && !name.startsWith("jackson-")
        && !name.startsWith("sqlite")
        && !name.startsWith("config-")
        && !isLibraryFolder(path);
  }

  private static boolean isLibraryFolder(Path path) {
    return path.toFile().isDirectory() && !ModuleFinder.of(path).findAll().isEmpty();
  }

  private static String joined(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void theModulesAreThere() throws IOException {
    assertThat(ours().stream().map(module -> module.descriptor().name()))
        .contains("io.sennit.core", "io.sennit.net", "io.sennit.store", "io.sennit.grid")
        .contains("io.sennit.node");
  }
}
