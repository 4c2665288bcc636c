package io.sennit.shards.scripted;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * A scripted original node: its events are those of the recordings, byte for byte. Its bot keeps no
 * state of its own; a move sends as many user events as it is told to.
 */
final class OriginalNodes {
  private static final String TOTAL = "ab546f74616c536861726473";
  private static final String SHARD = "a753686172644944";

  private final Fabric fabric;
  private final Address orchestrator;
  private final String name;
  final List<String> heard = new ArrayList<>();
  final List<String> callbacks = new ArrayList<>();
  final TreeSet<Integer> running = new TreeSet<>();
  private final List<String> userEvents;
  RawEvents link;
  boolean quiet; // does not echo
  private int processed;
  private int expected = -1;
  private int incoming = -1;
  private String session = "";

  /** Dials at once, as a node that knows no total yet and runs {@code shards}. */
  OriginalNodes(
      Fabric fabric, Address orchestrator, String name, List<Integer> shards, List<String> events) {
    this.fabric = fabric;
    this.orchestrator = orchestrator;
    this.name = name;
    this.userEvents = events;
    running.addAll(shards);
    dial();
  }

  void dial() {
    link = new RawEvents(fabric, orchestrator, this::identify, this::event);
  }

  private void identify() {
    var list = running.isEmpty() ? "c0" : hex(0x90 + running.size(), 2);
    for (int shard : running) {
      list += number(shard);
    }
    var body =
        "85"
            + TOTAL
            + number(0)
            + "ad52756e6e696e67536861726473"
            + list
            + "a756657273696f6ea27631a64e6f64654944"
            + text(name)
            + "b84f7263686573747261746f724c6f67696356657273696f6e"
            + number(2);
    send(1, body);
  }

  static String number(long value) {
    return "d3" + "%016x".formatted(value);
  }

  static String text(String value) {
    return hex(0xa0 + value.length(), 2)
        + HexFormat.of().formatHex(value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String hex(long value, int digits) {
    return ("%0" + digits + "x").formatted(value);
  }

  static String header(int id, int length) {
    return "%02x000000%02x%02x%02x00"
        .formatted(id, length & 255, length >> 8 & 255, length >> 16 & 255);
  }

  void send(int id, String body) {
    link.send(header(id, body.length() / 2) + "|" + body);
  }

  private void event(String event) {
    heard.add(event);
    int id = Integer.parseInt(event.substring(0, 2), 16);
    var body = event.substring(17);
    switch (id) {
      case 2 -> callbacks.add("SessionEstablished");
      case 3 -> callbacks.add("Shutdown");
      case 10 -> start(body);
      case 11 -> stop(shard(body));
      case 20 -> prepare(body);
      case 21 -> transfer(shard(body));
      case 23 -> {
        expected = (int) last(body);
        look();
      }
      default -> {
        callbacks.add("HandleUserEvent(" + body + ")");
        processed++;
        look();
      }
    }
  }

  private static long last(String body) {
    return Long.parseUnsignedLong(body.substring(body.length() - 16), 16);
  }

  private static int shard(String body) {
    int at = body.indexOf(SHARD) + SHARD.length() + 2;
    return (int) Long.parseUnsignedLong(body.substring(at, at + 16), 16);
  }

  private void start(String body) {
    int count = Integer.parseInt(body.substring(21, 22), 16);
    for (int i = 0; i < count; i++) {
      int at = 22 + 18 * i + 2;
      int shard = (int) Long.parseUnsignedLong(body.substring(at, at + 16), 16);
      callbacks.add("AddNewShards(" + shard + ")");
      running.add(shard);
    }
    echo(10, body);
  }

  private void stop(int shard) {
    running.remove(shard);
    callbacks.add("StopShard(" + shard + ")");
    echo(11, "81" + SHARD + number(shard));
  }

  private void echo(int id, String body) {
    if (!quiet) {
      send(id, body);
    }
  }

  private void prepare(String body) {
    boolean origin = body.startsWith("84a64f726967696ec3");
    int shard = shard(body);
    if (origin) {
      running.remove(shard);
      callbacks.add("InitFrom(" + shard + ")");
      echo(
          20,
          "84a64f726967696ec3"
              + SHARD
              + number(shard)
              + "a953657373696f6e4944a3616263a853657175656e6365"
              + number(1337));
      return;
    }
    incoming = shard;
    processed = 0;
    expected = -1;
    session = body.substring(body.indexOf("a953657373696f6e4944") + 20);
    running.add(shard);
    callbacks.add("InitTo(" + shard + ")");
    echo(20, body);
  }

  private void transfer(int shard) {
    callbacks.add("StartXferFrom(" + shard + ")");
    for (int i = 0; i < userEvents.size(); i++) {
      if (i == 1) { // the count may come before the events it counts
        send(23, "81a94e756d4576656e7473" + number(userEvents.size()));
      }
      send(101, userEvents.get(i));
    }
    if (userEvents.size() < 2) {
      send(23, "81a94e756d4576656e7473" + number(userEvents.size()));
    }
  }

  private void look() {
    if (expected >= 0 && processed >= expected && incoming >= 0) {
      callbacks.add("ResumeShard(" + incoming + "," + session.startsWith("a3616263") + ")");
      echo(10, "81a8536861726449447391" + number(incoming));
      incoming = -1;
    }
  }
}
