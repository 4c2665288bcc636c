package io.sennit.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ties client and server to one core each for a while, by {@code taskset}. */
public final class Pinning {
  private final List<Integer> cores;

  private Pinning(List<Integer> cores) {
    this.cores = cores;
  }

  /** Null where there is no {@code taskset} or only one core. */
  public static @Nullable Pinning find() throws InterruptedException {
    try {
      String text = run("-cp", Long.toString(ProcessHandle.current().pid()));
      List<Integer> cores = parse(text.substring(text.lastIndexOf(':') + 1).trim());
      return cores.size() < 2 ? null : new Pinning(cores);
    } catch (IOException e) {
      return null; // the environment's line in the report says that nothing was pinned
    }
  }

  /** The client on the first core, the server on the second. */
  public void pin(PeerPair pair) throws IOException, InterruptedException {
    bind(pair.clientPid(), cores.get(0).toString());
    bind(pair.serverPid(), cores.get(1).toString());
  }

  /** Both on all cores again. */
  public void release(PeerPair pair) throws IOException, InterruptedException {
    String all = String.join(",", cores.stream().map(String::valueOf).toList());
    bind(pair.clientPid(), all);
    bind(pair.serverPid(), all);
  }

  /** Reads {@code 0-2,5}. */
  static List<Integer> parse(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String part : list.split(",")) {
      int dash = part.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
      for (int core = first; core <= last; core++) {
        cores.add(core);
      }
    }
    return cores;
  }

  private static void bind(long pid, String list) throws IOException, InterruptedException {
    String[] arguments = {"-acp", list, Long.toString(pid)}; // -a: all threads
    try {
      run(arguments);
    } catch (IOException e) {
      run(arguments); // a thread that ended meanwhile makes it fail
    }
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("taskset"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("taskset: " + text);
    }
    return text;
  }
}
