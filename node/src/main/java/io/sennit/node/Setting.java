package io.sennit.node;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One key of the configuration, with all that is said of it anywhere. {@link #ALL} is the one place
 * where keys are declared: parsing, {@code sennit config --explain} and docs/configuration.md come
 * from it.
 *
 * @param key its full name, parts joined with dots
 * @param fallback the default as it would be written, empty for none
 * @param about one sentence
 * @param min the least value, of bytes, counts and (in milliseconds) durations
 * @param max the greatest value
 */
record Setting(String key, Kind kind, String fallback, String about, long min, long max) {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** Every key there is, in the order in which they are explained. */
  static final List<Setting> ALL =
      List.of(
          of("cluster", Kind.NAME, "sennit", "The cluster's name, for logs and tools."),
          of("name", Kind.NAME, "", "This node's name, for people; its host:port unless given."),
          of(
              "listen",
              Kind.ADDRESS,
              "127.0.0.1:0",
              "Where it listens; port 0 takes a free one. Beyond loopback it needs a cluster key."),
          of(
              "host",
              Kind.HOST,
              "",
              "This node as its peers spell it, where that differs from where it listens."),
          of("peers", Kind.HOSTS, "", "The other nodes of the cluster; more may be added later."),
          of(
              "cluster-key",
              Kind.KEY,
              "",
              "The cluster's one secret, from which all tokens are derived; without it a node"
                  + " listens on loopback only."),
          of(
              "run-dir",
              Kind.FOLDER,
              "",
              "Where this process is recorded for commands; unless given, sennit under"
                  + " XDG_RUNTIME_DIR, else sennit-USER in the folder for temporary files."),
          of("tls.certificate", Kind.FILE, "", "Its certificate and chain, PEM."),
          of("tls.key", Kind.FILE, "", "The certificate's private key, PEM, PKCS#8, unencrypted."),
          of("tls.pkcs12", Kind.FILE, "", "Certificate and key in one PKCS#12 file instead."),
          of("tls.password", Kind.SECRET, "", "The password of the PKCS#12 file."),
          of("tls.trust", Kind.FILE, "", "The CA certificates that peers' must chain to, PEM."),
          of("tls.mutual", Kind.FLAG, "false", "Whether peers must present a certificate."),
          of("grid.route", Kind.ROUTE, "/minio/grid/v1", "The HTTP path, the same on all nodes."),
          bytes("grid.max-message", "64 MiB", 64 * KIB, GIB, "The longest payload."),
          bytes(
              "grid.queue-bytes",
              "128 MiB",
              64 * KIB,
              1024 * GIB,
              "Payload queued towards one peer; beyond it calls are refused."),
          bytes("grid.window", "1 MiB", KIB, GIB, "What a peer may send ahead on one stream."),
          count(
              "grid.max-handlers",
              "10000",
              1,
              10_000_000,
              "Handlers running at once for one peer."),
          count("grid.max-guests", "16", 0, 1024, "Commands connected at once."),
          time(
              "grid.call-deadline",
              "60 s",
              1,
              Duration.ofDays(49).toMillis(),
              "The deadline of calls that set none."),
          time(
              "grid.ping",
              "10 s",
              10,
              HOUR,
              "Interval of connection pings; two unanswered end the connection."),
          time(
              "grid.stream-ping",
              "15 s",
              10,
              HOUR,
              "Interval of stream pings; two unanswered end the stream."),
          time("grid.backoff-first", "250 ms", 1, HOUR, "The first wait between two attempts."),
          time("grid.backoff-longest", "5 s", 1, HOUR, "The longest wait between two attempts."),
          time(
              "grid.stable-after",
              "5 s",
              0,
              HOUR,
              "How long a connection must stand for its loss to be answered at once."),
          of(
              "grid.strict-handshake",
              Kind.FLAG,
              "false",
              "Whether dialers must prove themselves in the handshake too, as the older original"
                  + " peers do not."));

  private static Setting of(String key, Kind kind, String fallback, String about) {
    return new Setting(key, kind, fallback, about, 0, 0);
  }

  private static Setting bytes(String key, String fallback, long min, long max, String about) {
    return new Setting(key, Kind.BYTES, fallback, about, min, max);
  }

  private static Setting count(String key, String fallback, long min, long max, String about) {
    return new Setting(key, Kind.COUNT, fallback, about, min, max);
  }

  private static Setting time(String key, String fallback, long min, long max, String about) {
    return new Setting(key, Kind.DURATION, fallback, about, min, max);
  }

  /** Its environment variable: SENNIT_ and the key in capitals, dots and dashes as underscores. */
  String variable() {
    return "SENNIT_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** What its value may be, with the unit. */
  String allowed() {
    return switch (kind) {
      case NAME -> "1 to 64 letters, digits, dots, colons, _ or -";
      case ADDRESS -> "host:port, like 10.0.0.1:7400";
      case HOST -> "scheme://host:port, like http://10.0.0.1:7400";
      case HOSTS -> "a list of host:port or scheme://host:port, each once";
      case ROUTE -> "a path that starts with a slash";
      case KEY -> "64 hex digits, or the path of a file that holds them";
      case FILE -> "the path of a file that can be read";
      case FOLDER -> "the path of a folder, or off";
      case SECRET -> "a text";
      case FLAG -> "true or false";
      case BYTES -> "bytes, " + size(min) + " to " + size(max);
      case COUNT -> "a number, " + min + " to " + max;
      case DURATION -> "a time with its unit, " + duration(min) + " to " + duration(max);
    };
  }

  private static String size(long bytes) {
    if (bytes >= GIB && bytes % GIB == 0) {
      return bytes / GIB + " GiB";
    }
    return bytes >= MIB && bytes % MIB == 0 ? bytes / MIB + " MiB" : bytes / KIB + " KiB";
  }

  private static String duration(long millis) {
    if (millis >= HOUR && millis % HOUR == 0) {
      return millis / HOUR + " h";
    }
    return millis >= 1000 && millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  /** Whether its value is shown to nobody. */
  boolean isSecret() {
    return kind == Kind.KEY || kind == Kind.SECRET;
  }
}
