package io.sennit.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.bench.harness.PeerMain;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One process of a peer. It ends when this one does: its input is a pipe from here, and it halts
 * when that ends.
 */
final class PeerProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT_LINES = 20;
  private static final String ENDED = "";

  private final String name;
  private final Process process;
  private final BufferedWriter commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Deque<String> said = new ArrayDeque<>(); // the last lines of its standard error

  PeerProcess(BenchHome home, JvmSettings settings, String module, String system, String role)
      throws IOException {
    name = system + " " + role;
    process =
        new ProcessBuilder(
                settings.command(home.classPath(module), PeerMain.class.getName(), role, system))
            .start();
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name(name + " out").start(this::readAnswers);
    Thread.ofPlatform().daemon().name(name + " err").start(this::readErrors);
  }

  boolean alive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** The line with which it says that it is ready. */
  JsonNode ready(Duration limit) throws IOException, InterruptedException {
    return next("start", limit);
  }

  JsonNode ask(String command, Duration limit) throws IOException, InterruptedException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    return next(command, limit);
  }

  private JsonNode next(String command, Duration limit) throws IOException, InterruptedException {
    String line = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null || line.equals(ENDED)) {
      String what = line == null ? "did not answer in " + limit.toSeconds() + " s" : "ended";
      close(); // an answer that came late would be taken for the next one's
      throw new IOException(name + " " + what + ": " + command + saidLast());
    }
    JsonNode answer = JSON.readTree(line);
    if (answer.has("error")) {
      throw new IOException(name + ": " + answer.get("error").asText());
    }
    return answer;
  }

  private String saidLast() {
    synchronized (said) {
      return said.isEmpty() ? "" : "; it said: " + String.join(System.lineSeparator(), said);
    }
  }

  private void readAnswers() {
    lines(process.getInputStream(), answers::add);
    answers.add(ENDED);
  }

  private void readErrors() {
    lines(
        process.getErrorStream(),
        line -> {
          synchronized (said) {
            if (said.size() == KEPT_LINES) {
              said.removeFirst();
            }
            said.addLast(line);
          }
        });
  }

  private static void lines(InputStream in, java.util.function.Consumer<String> each) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        each.accept(line);
      }
    } catch (IOException e) {
      each.accept("the pipe broke: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      commands.close();
    } catch (IOException e) {
      synchronized (said) {
        said.addLast("its input was closed already: " + e.getMessage());
      }
    }
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
