package io.sennit.cli;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Within;
import io.sennit.node.Door;
import io.sennit.node.NodeConfig;
import io.sennit.node.RunDirectory;
import io.sennit.node.RunningProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which running process a command asks: {@code --at}, else {@value #ENV}, else the one process in
 * the run directory, else none, with the candidates in a sentence. docs/control.md.
 */
public final class ProcessOptions {
  /** The environment variable that names a process. */
  public static final String ENV = "SENNIT_AT";

  private static final int MOST_NAMED = 40;

  @Option(
      names = "--at",
      paramLabel = "HOST:PORT",
      description = {
        "The process to ask (default: SENNIT_AT, else the one process",
        "that runs here)."
      })
  @Nullable String at;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A node's configuration, for the cluster key and certificates.")
  @Nullable Path config;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      description = "How long to wait for an answer, 1 to 3600 (default: 10; streams: no end).")
  @Nullable Integer seconds;

  /** The time a command has for one answer. */
  public Within within() {
    return new Within(limit().orElse(Duration.ofSeconds(10)));
  }

  /** The time that was asked for. */
  Optional<Duration> limit() {
    if (seconds == null) {
      return Optional.empty();
    }
    if (seconds < 1 || seconds > 3600) {
      throw new UsageException("--within " + seconds + ": a number of seconds from 1 to 3600.");
    }
    return Optional.of(Duration.ofSeconds(seconds));
  }

  /** Connects to the process. */
  public Door open() {
    var within = within();
    var settings = NodeConfig.load(Optional.ofNullable(config));
    var directory = settings.runDirectory();
    var told = told();
    var running = directory.map(RunDirectory::list).orElse(List.of());
    var entry =
        told.isEmpty()
            ? Optional.of(theOne(running, directory))
            : running.stream().filter(p -> told.get().isAt(Address.parse(p.at()))).findFirst();
    var key = settings.key().or(() -> entry.flatMap(ProcessOptions::keyOf));
    return Door.open(spelt(told, entry), key, settings.tls(), within);
  }

  /** As the process spells itself, unless a scheme was asked for. */
  private static String spelt(Optional<Place> told, Optional<RunningProcess> entry) {
    return told.filter(place -> !place.scheme().isEmpty() || entry.isEmpty())
        .map(Place::toString)
        .orElseGet(() -> entry.orElseThrow().host());
  }

  private Optional<Place> told() {
    var named = at == null ? System.getenv(ENV) : at;
    if (named == null || named.isBlank()) {
      return Optional.empty();
    }
    var text = named.strip();
    try {
      return Optional.of(Place.parse(text));
    } catch (ConfigException e) {
      throw new UsageException(
          (at == null ? ENV + "=" : "--at ") + text + ": HOST:PORT, like 127.0.0.1:7400.");
    }
  }

  private static RunningProcess theOne(
      List<RunningProcess> running, Optional<RunDirectory> directory) {
    if (running.size() == 1) {
      return running.getFirst();
    }
    if (running.isEmpty()) {
      throw new UsageException(
          "no running process is recorded in "
              + directory.map(RunDirectory::toString).orElse("a run directory (run-dir is off)")
              + ": start one with 'sennit node', or name one with --at HOST:PORT.");
    }
    throw new UsageException(
        running.size()
            + " processes run here, name one with --at HOST:PORT: "
            + running.stream()
                .limit(MOST_NAMED)
                .map(RunningProcess::toString)
                .collect(Collectors.joining(", "))
            + (running.size() > MOST_NAMED ? " and more." : "."));
  }

  /** The key of a process that has it from a file this user can read. */
  private static Optional<ClusterKey> keyOf(RunningProcess process) {
    return process.keyFile().filter(Files::isReadable).map(ClusterKey::read);
  }
}
