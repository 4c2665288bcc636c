package io.sennit.node.mesh;

import io.sennit.core.Address;
import io.sennit.mesh.MeshBuilder;
import io.sennit.node.Setting;
import io.sennit.node.Setting.Kind;
import io.sennit.node.StrandConfig;
import java.time.Duration;
import java.util.List;

/** The keys of the mesh. docs/configuration/mesh.md. */
final class MeshSettings {
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Setting REQUEST_TIMEOUT =
      Setting.time(
          "mesh.request-timeout",
          "3 s",
          MILLI,
          HOUR,
          "How long requests wait for answers unless they say so.");
  private static final Setting RETRY_INTERVAL =
      Setting.time(
          "mesh.retry-interval",
          "1 s",
          MILLI.multipliedBy(10),
          HOUR,
          "The longest gap between two tries of a message.");
  private static final Setting RETRY_TIMEOUT =
      Setting.time(
          "mesh.retry-timeout",
          "3 s",
          MILLI.multipliedBy(100),
          HOUR,
          "How long nothing of a message may be acknowledged before it is given up.");
  private static final Setting ADAPTIVE_RETRY =
      Setting.of(
          "mesh.adaptive-retry",
          Kind.FLAG,
          "true",
          "Whether gaps between tries follow the round trip; else all are the longest one.");
  private static final Setting SEND_INTERVAL =
      Setting.time(
          "mesh.send-interval",
          "0 ms",
          Duration.ZERO,
          Duration.ofSeconds(1),
          "How long messages may wait to share packets; 1 to 16 ms count as 17 ms.");
  private static final Setting MAX_PACKET_SIZE =
      Setting.count("mesh.max-packet-size", "1400", 1200, 1400, "Bytes of the longest packet.");

  static final Setting ENABLED =
      Setting.of(
          "mesh.enabled",
          Kind.FLAG,
          "true",
          "Whether this node takes part in the mesh; without it no UDP port is opened.");
  private static final Setting DIRECTORY =
      Setting.of(
          "mesh.directory",
          Kind.FLAG,
          "false",
          "Whether this node only keeps the list of members, without being listed.");
  private static final Setting JOIN =
      Setting.of(
          "mesh.join",
          Kind.HOSTS,
          "",
          "Members or directories to find the cluster by, beside peers.");
  private static final Setting ROLE =
      Setting.of("mesh.role", Kind.NAME, "DGS", "What this node speaks with clients.");
  private static final Setting TYPE =
      Setting.of("mesh.type", Kind.NAME, "", "What the application calls nodes of this kind.");
  private static final Setting ZONE =
      Setting.of("mesh.zone", Kind.NAME, "", "Where this node stands.");
  private static final Setting PUBLIC_ADDRESS =
      Setting.of("mesh.public-address", Kind.ADDRESS, "", "Where clients reach this node.");

  static final List<Setting> ALL =
      List.of(
          ENABLED,
          REQUEST_TIMEOUT,
          RETRY_INTERVAL,
          RETRY_TIMEOUT,
          ADAPTIVE_RETRY,
          SEND_INTERVAL,
          MAX_PACKET_SIZE,
          DIRECTORY,
          JOIN,
          ROLE,
          TYPE,
          ZONE,
          PUBLIC_ADDRESS);

  private MeshSettings() {}

  static void apply(StrandConfig config, MeshBuilder builder) {
    builder
        .requestTimeout(config.duration(REQUEST_TIMEOUT))
        .retryInterval(config.duration(RETRY_INTERVAL))
        .retryTimeout(config.duration(RETRY_TIMEOUT))
        .adaptiveRetry(config.flag(ADAPTIVE_RETRY))
        .sendInterval(config.duration(SEND_INTERVAL))
        .maxPacketSize((int) config.count(MAX_PACKET_SIZE))
        .role(config.text(ROLE))
        .type(config.text(TYPE))
        .zone(config.text(ZONE))
        .publicAddress(config.address(PUBLIC_ADDRESS).map(Address::toString).orElse(""));
    if (config.flag(DIRECTORY)) {
      builder.directory();
    }
  }

  /** Where the cluster may be found, beside the node's peers. */
  static List<Address> join(StrandConfig config) {
    return config.hosts(JOIN).stream()
        .map(host -> host.substring(host.indexOf("://") < 0 ? 0 : host.indexOf("://") + 3))
        .map(Address::parse)
        .toList();
  }
}
