package io.sennit.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Autobahn's fuzzing client, which is Python, in a process of its own: in ours Python's module
 * {@code io} would be taken for the package {@code io} of our classes. The process tells its cases,
 * is told which to run, runs them and ends.
 */
final class FuzzingClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CASES = "cases: ";

  private final Path folder;
  private final Path log;
  private final Process process;

  /** Starts it; reports, and what it prints, go to the folder. */
  FuzzingClient(Path folder) throws IOException {
    this.folder = folder;
    this.log = folder.resolve("suite.log");
    var script = folder.resolve("forms.py");
    try (var in = FuzzingClient.class.getResourceAsStream("forms.py")) {
      if (in == null) {
        throw new IOException("forms.py is not there");
      }
      Files.copy(in, script);
    }
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dpython.cachedir.skip=true",
                "-cp",
                classPath(),
                "org.python.util.jython",
                "-u",
                script.toString())
            .redirectError(log.toFile())
            .start();
  }

  /** Of our class path the suite and its interpreter. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(one -> one.contains("jython") || one.contains("autobahntestsuite"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Runs the cases that {@code choice} takes from all there are, against a server on loopback.
   *
   * @return all there are
   */
  List<String> run(
      int port, Function<List<String>, Map<Form, List<String>>> choice, Duration deadline)
      throws IOException, InterruptedException {
    var watch = Thread.ofVirtual().start(() -> endAfter(deadline));
    try (var told = process.inputReader(StandardCharsets.UTF_8);
        var tell = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        var out = Files.newBufferedWriter(folder.resolve("cases.log"))) {
      var suite = cases(told);
      tell.write(plan(port, choice.apply(suite)));
      tell.flush();
      told.transferTo(out);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("the suite ended with " + code + "; it said why in " + folder);
      }
      return suite;
    } finally {
      watch.interrupt();
    }
  }

  private List<String> cases(BufferedReader told) throws IOException {
    String line = told.readLine();
    while (line != null && !line.startsWith(CASES)) {
      line = told.readLine();
    }
    if (line == null) {
      throw new IOException("the suite did not start; it said why in " + log);
    }
    return List.of(JSON.readValue(line.substring(CASES.length()), String[].class));
  }

  private String plan(int port, Map<Form, List<String>> cases) throws IOException {
    var servers = new ArrayList<Map<String, Object>>();
    cases.forEach(
        (form, ids) -> {
          var server = new LinkedHashMap<String, Object>();
          server.put("agent", form.text());
          server.put("url", "ws://127.0.0.1:" + port + "/");
          server.put("cases", ids);
          servers.add(server);
        });
    var spec = new HashMap<String, Object>();
    spec.put("options", Map.of("failByDrop", false));
    spec.put("outdir", folder.toString());
    spec.put("servers", servers);
    spec.put("cases", List.of());
    return JSON.writeValueAsString(spec) + "\n";
  }

  /** The end of the process is what its reader and the waiter see. */
  private void endAfter(Duration deadline) {
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        System.out.println("the suite has not ended after " + deadline + ": it is killed");
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it has ended by itself
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
