package io.sennit.cli.shards;

import io.sennit.sim.rig.ParentWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Judges shards from outside: each act of a shard comes here with shard, epoch and sequence number,
 * and counts only if no act of a newer epoch came before. Knows nothing of Sennit.
 */
public final class SinkMain {
  private static final class Shard {
    long epoch;
    long sequence;
    long lastNanos;
    long longestGapMillis;
  }

  private final Map<Integer, Shard> shards = new HashMap<>();
  private long accepted;
  private long refused;
  private long wrong;
  private long anew;
  private String first = "-";

  private SinkMain() {}

  /** Listens on a free port, which it says, until its parent ends. */
  public static void main(String[] args) throws IOException {
    ParentWatch.install();
    var sink = new SinkMain();
    try (var server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
      System.out.println("sink listens at " + server.getLocalPort());
      while (true) {
        var socket = server.accept();
        Thread.ofVirtual().start(() -> sink.serve(socket));
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in = socketReader(socket);
        var out = socket.getOutputStream()) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        out.write((answer(line.split(" ", -1)) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    } catch (IOException e) {
      System.out.println("a caller is gone: " + e.getMessage());
    }
  }

  private static BufferedReader socketReader(Socket socket) throws IOException {
    return new BufferedReader(
        new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  private synchronized String answer(String[] words) {
    if (words[0].equals("report")) {
      long gap = shards.values().stream().mapToLong(s -> s.longestGapMillis).max().orElse(0);
      return accepted + " " + refused + " " + wrong + " " + anew + " " + gap + " " + first;
    }
    var shard = shards.computeIfAbsent(Integer.parseInt(words[1]), _ -> new Shard());
    long epoch = Long.parseLong(words[2]);
    long sequence = Long.parseLong(words[3]);
    if (epoch < shard.epoch) {
      refused++;
      return "refused";
    }
    boolean fresh = epoch > shard.epoch && sequence == 1 && shard.sequence > 0;
    if (fresh) {
      anew++;
    } else if (sequence != shard.sequence + 1) {
      wrong++;
      first =
          "shard_%s_epoch_%d_after_%d_sequence_%d_after_%d"
              .formatted(words[1], epoch, shard.epoch, sequence, shard.sequence);
    }
    long now = System.nanoTime();
    if (shard.lastNanos != 0) {
      shard.longestGapMillis =
          Math.max(shard.longestGapMillis, (now - shard.lastNanos) / 1_000_000);
    }
    shard.lastNanos = now;
    shard.epoch = epoch;
    shard.sequence = sequence;
    accepted++;
    return "ok";
  }
}
