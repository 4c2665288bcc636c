package io.sennit.node;

import io.sennit.core.ConfigException;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.ManagerBuilder;
import io.sennit.node.Setting.Kind;
import java.time.Duration;
import java.util.List;

/** The keys of the grid. docs/configuration/grid.md. */
final class GridSettings {
  private static final long KIB = 1 << 10;
  private static final long GIB = 1 << 30;
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Setting ROUTE =
      Setting.of(
          "grid.route", Kind.ROUTE, "/minio/grid/v1", "The HTTP path, the same on all nodes.");
  private static final Setting MAX_MESSAGE =
      Setting.bytes("grid.max-message", "64 MiB", 64 * KIB, GIB, "The longest payload.");
  private static final Setting QUEUE_BYTES =
      Setting.bytes(
          "grid.queue-bytes",
          "128 MiB",
          64 * KIB,
          1024 * GIB,
          "Payload queued towards one peer; beyond it calls are refused.");
  private static final Setting WINDOW =
      Setting.bytes("grid.window", "1 MiB", KIB, GIB, "What a peer may send ahead on one stream.");
  private static final Setting MAX_HANDLERS =
      Setting.count(
          "grid.max-handlers", "10000", 1, 10_000_000, "Handlers running at once for one peer.");
  private static final Setting MAX_GUESTS =
      Setting.count("grid.max-guests", "16", 0, 1024, "Commands connected at once.");
  private static final Setting MAX_UNLISTED =
      Setting.count(
          "grid.max-unlisted",
          "4096",
          0,
          1_000_000,
          "Nodes and plain clients that nobody listed, connected at once.");
  private static final Setting CALL_DEADLINE =
      Setting.time(
          "grid.call-deadline",
          "60 s",
          MILLI,
          Duration.ofDays(49),
          "The deadline of calls that set none.");
  private static final Setting PING =
      Setting.time(
          "grid.ping",
          "10 s",
          MILLI.multipliedBy(10),
          HOUR,
          "Interval of connection pings; two unanswered end the connection.");
  private static final Setting STREAM_PING =
      Setting.time(
          "grid.stream-ping",
          "15 s",
          MILLI.multipliedBy(10),
          HOUR,
          "Interval of stream pings; two unanswered end the stream.");
  private static final Setting BACKOFF_FIRST =
      Setting.time(
          "grid.backoff-first", "250 ms", MILLI, HOUR, "The first wait between two attempts.");
  private static final Setting BACKOFF_LONGEST =
      Setting.time(
          "grid.backoff-longest", "5 s", MILLI, HOUR, "The longest wait between two attempts.");
  private static final Setting STABLE_AFTER =
      Setting.time(
          "grid.stable-after",
          "5 s",
          Duration.ZERO,
          HOUR,
          "How long a connection must stand for its loss to be answered at once.");
  private static final Setting STRICT =
      Setting.of(
          "grid.strict-handshake",
          Kind.FLAG,
          "false",
          "Whether dialers must prove themselves in the handshake too, as the older original"
              + " peers do not.");

  /** In the order in which they are explained. */
  static final List<Setting> ALL =
      List.of(
          ROUTE,
          MAX_MESSAGE,
          QUEUE_BYTES,
          WINDOW,
          MAX_HANDLERS,
          MAX_GUESTS,
          MAX_UNLISTED,
          CALL_DEADLINE,
          PING,
          STREAM_PING,
          BACKOFF_FIRST,
          BACKOFF_LONGEST,
          STABLE_AFTER,
          STRICT);

  private GridSettings() {}

  /** What contradicts itself. */
  static void check(StrandConfig config) {
    var longest = config.duration(BACKOFF_LONGEST);
    if (longest.compareTo(config.duration(BACKOFF_FIRST)) < 0) {
      throw new ConfigException(
          BACKOFF_LONGEST.key(), longest.toMillis() + " ms", "at least " + BACKOFF_FIRST.key());
    }
  }

  /** Tells them to a manager. */
  static ManagerBuilder apply(StrandConfig config, ManagerBuilder builder) {
    return builder
        .route(config.text(ROUTE))
        .maxMessage((int) config.bytes(MAX_MESSAGE))
        .queueBytes(config.bytes(QUEUE_BYTES))
        .window(config.bytes(WINDOW))
        .maxHandlers((int) config.count(MAX_HANDLERS))
        .maxGuests((int) config.count(MAX_GUESTS))
        .maxUnlisted((int) config.count(MAX_UNLISTED))
        .callDeadline(config.duration(CALL_DEADLINE))
        .ping(config.duration(PING))
        .muxPing(config.duration(STREAM_PING))
        .backoff(
            new Backoff(config.duration(BACKOFF_FIRST), config.duration(BACKOFF_LONGEST)),
            config.duration(STABLE_AFTER))
        .strictHandshake(config.flag(STRICT));
  }
}
