package io.sennit.node.shards;

import io.sennit.core.ConfigException;
import io.sennit.node.Setting;
import io.sennit.node.Setting.Kind;
import io.sennit.node.StrandConfig;
import io.sennit.shards.OrchestratorTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The keys of shards. */
final class ShardsSettings {
  static final Setting ORCHESTRATOR =
      Setting.of(
          "shards.orchestrator",
          Kind.ADDRESS,
          "",
          "Where the orchestrator is; needed by nodes that host shards.");
  static final Setting ORCHESTRATE =
      Setting.of(
          "shards.orchestrate",
          Kind.TEXT,
          "",
          "Types of shards that this node places, with their totals: rooms:64,games:1000.");
  static final Setting ZONE =
      Setting.of("shards.zone", Kind.TEXT, "", "What the node shares its fate with, like a rack.");
  static final Setting CAPACITY =
      Setting.count(
          "shards.capacity", "1048576", 1, 1 << 20, "Most shards of a type the node takes.");
  static final Setting LEASE =
      Setting.time(
          "shards.lease",
          "8 s",
          Duration.ofMillis(200),
          Duration.ofHours(1),
          "How long a node runs shards after it last reached the orchestrator.");
  static final Setting TAKE_OVER =
      Setting.time(
          "shards.take-over",
          "12 s",
          Duration.ofMillis(210),
          Duration.ofHours(2),
          "How long after a node was last heard its shards are given to others.");
  static final Setting BEAT =
      Setting.time(
          "shards.beat",
          "1 s",
          Duration.ofMillis(20),
          Duration.ofMinutes(10),
          "How often nodes renew their lease.");
  static final Setting SETTLE =
      Setting.time(
          "shards.settle",
          "500 ms",
          Duration.ZERO,
          Duration.ofMinutes(10),
          "How long after a node has come the placing of shards begins.");
  static final Setting ORIGINAL_LISTEN =
      Setting.of(
          "shards.original-listen",
          Kind.ADDRESS,
          "",
          "Where nodes of the original protocol may come: plain and unproven.");
  static final Setting ORIGINAL_TYPE =
      Setting.of(
          "shards.original-type", Kind.TEXT, "", "The type of shards that original nodes host.");
  static final Setting ALLOW_INSECURE =
      Setting.of(
          "shards.allow-insecure",
          Kind.FLAG,
          "false",
          "Whether original nodes may come from other machines.");
  static final List<Setting> ALL =
      List.of(
          ORCHESTRATOR,
          ORCHESTRATE,
          ZONE,
          CAPACITY,
          LEASE,
          TAKE_OVER,
          BEAT,
          SETTLE,
          ORIGINAL_LISTEN,
          ORIGINAL_TYPE,
          ALLOW_INSECURE);

  private ShardsSettings() {}

  static OrchestratorTimes times(StrandConfig config) {
    return new OrchestratorTimes(
        config.duration(LEASE),
        config.duration(TAKE_OVER),
        config.duration(BEAT),
        config.duration(SETTLE));
  }

  /** Types and their totals. */
  static Map<String, Integer> orchestrated(StrandConfig config) {
    var types = new TreeMap<String, Integer>();
    for (var part : config.text(ORCHESTRATE).split(",", -1)) {
      var one = part.strip();
      if (one.isEmpty()) {
        continue;
      }
      if (!one.matches("[A-Za-z0-9._-]{1,64}:[1-9][0-9]{0,6}")) {
        throw new ConfigException(ORCHESTRATE.key(), one, "TYPE:TOTAL, like rooms:64");
      }
      int colon = one.indexOf(':');
      if (types.put(one.substring(0, colon), Integer.parseInt(one.substring(colon + 1))) != null) {
        throw new ConfigException(ORCHESTRATE.key(), one, "each type once");
      }
    }
    return types;
  }

  static void check(StrandConfig config) {
    var types = orchestrated(config);
    var original = config.address(ORIGINAL_LISTEN);
    if (original.isPresent() && !types.containsKey(config.text(ORIGINAL_TYPE))) {
      throw new ConfigException(
          ORIGINAL_TYPE.key(),
          config.text(ORIGINAL_TYPE),
          "one of the types of " + ORCHESTRATE.key() + " " + types.keySet());
    }
    if (original.isPresent()
        && !config.flag(ALLOW_INSECURE)
        && !original.get().host().matches("localhost|127\\..*|::1")) {
      throw new ConfigException(
          ORIGINAL_LISTEN.key(),
          original.get().toString(),
          "an address of this machine alone, or " + ALLOW_INSECURE.key() + " = true");
    }
    var times = times(config);
    if (times.takeOver().compareTo(times.lease().plus(times.lease().dividedBy(20))) < 0) {
      throw new ConfigException(
          TAKE_OVER.key(),
          times.takeOver().toString(),
          "at least a twentieth longer than " + LEASE.key() + ", " + times.lease());
    }
    if (times.beat().multipliedBy(2).compareTo(times.lease()) > 0) {
      throw new ConfigException(
          BEAT.key(), times.beat().toString(), "at most half of " + LEASE.key());
    }
  }
}
