package io.sennit.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.sim.proxy.Way;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One worker's process. It ends when its input does, so that it outlives neither a closed nor a
 * killed front.
 */
public final class WorkerProcess {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int index;
  private final Process process;
  private final Path log;
  private final CompletableFuture<String> greeting = new CompletableFuture<>();
  private volatile String host = "";
  private volatile @Nullable Incarnation life;

  WorkerProcess(int index, Process process, Path log, Map<String, Object> orders) {
    this.index = index;
    this.process = process;
    this.log = log;
    try {
      tell(JSON.writeValueAsString(orders));
    } catch (IOException e) {
      greeting.completeExceptionally(e);
    }
    Thread.ofVirtual().name("worker-" + index + "-out").start(this::listen);
  }

  private synchronized void tell(String line) throws IOException {
    var out = process.getOutputStream();
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Lets it dial: from now on the front knows it. */
  void go() throws IOException {
    tell("go");
  }

  /** Has it know another worker, and the proxies on the way to it. */
  void meet(String peer, Way way) throws IOException {
    tell(
        JSON.writeValueAsString(
            Map.of(
                "peer", peer,
                "links", way.links().toString(),
                "packets", way.packets().toString(),
                "packets_back", way.packetsBack().toString())));
  }

  /** Takes the greeting, then everything else so that the worker never waits for a reader. */
  private void listen() {
    try (var in = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
      var line = in.readLine();
      if (line == null) {
        throw new IOException("worker " + index + " ended before it was ready; see " + log);
      }
      greeting.complete(line);
      while (in.readLine() != null) {
        // a chapter may print; nobody needs it
      }
    } catch (IOException e) {
      greeting.completeExceptionally(e);
    }
  }

  /** Waits until it listens. */
  void awaitReady(Duration limit) throws IOException {
    try {
      var line = greeting.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      var said = JSON.readTree(line);
      host = said.path("host").asText();
      life = Incarnation.parse(said.path("life").asText());
    } catch (TimeoutException e) {
      throw new IOException("worker " + index + " did not start within " + limit + "; see " + log);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while worker " + index + " started");
    }
  }

  /** Which worker, from 0. */
  public int index() {
    return index;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Its host string in the grid. */
  public String host() {
    return host;
  }

  /** Which life of the worker it is; once it listens. */
  Incarnation life() {
    return Objects.requireNonNull(life, "it does not listen yet");
  }

  /** Where it listens. */
  public Address address() {
    return WorkerMain.address(host);
  }

  /** Its port. */
  int port() {
    return address().port();
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Completes when the process has ended. */
  public CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Where it logs to. */
  public Path log() {
    return log;
  }

  /** SIGKILL: no goodbye. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Ends its input, which ends it. */
  void release() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      kill(); // it cannot be asked, so it is told
    }
  }

  /** Waits for its end; kills it if that takes longer. */
  void awaitEnd(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }

  static UncheckedIOException failed(IOException e) {
    return new UncheckedIOException(e.getMessage(), e);
  }
}
