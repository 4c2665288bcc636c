package io.sennit.shards.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Worked examples, docs/protocol/shards.md §3.8: what is said, and its bytes. */
final class Vectors {
  private static final String ZERO = "d30000000000000000";

  private Vectors() {}

  static Map<String, EventData> both() {
    var all = new LinkedHashMap<String, EventData>();
    all.put(
        "01000000 5d000000 | 85 ab546f74616c536861726473 "
            + ZERO
            + " ad52756e6e696e67536861726473 c0 a756657273696f6e a27631 a64e6f64654944 a36e2d31"
            + " b84f7263686573747261746f724c6f67696356657273696f6e d30000000000000002",
        IdentifyData.of(0, List.of(), "v1", "n-1"));
    all.put(
        "01000000 6f000000 | 85 ab546f74616c536861726473 d3000000000000000a"
            + " ad52756e6e696e67536861726473 92 "
            + ZERO
            + " d30000000000000003 a756657273696f6e a27631 a64e6f64654944 a36e2d31"
            + " b84f7263686573747261746f724c6f67696356657273696f6e d30000000000000002",
        IdentifyData.of(10, List.of(0, 3), "v1", "n-1"));
    all.put(
        "01000000 5d000000 | 85 ab546f74616c536861726473 "
            + ZERO
            + " ad52756e6e696e67536861726473 90 a756657273696f6e a27631 a64e6f64654944 a36e2d31"
            + " b84f7263686573747261746f724c6f67696356657273696f6e d30000000000000002",
        new IdentifyData(0, Optional.of(List.of()), "v1", "n-1", 2, Optional.empty()));
    all.put(
        "02000000 21000000 | 82 ab546f74616c536861726473 d3000000000000000a a64e6f64654944"
            + " a36e2d31",
        IdentifiedData.of(10, "n-1"));
    all.put(
        "02000000 3f000000 | 82ab546f74616c536861726473d30000000000000000a64e6f64654944d920"
            + "61".repeat(32),
        IdentifiedData.of(0, "a".repeat(32)));
    all.put(
        "0a000000 1d000000 | 81 a85368617264494473 92 " + ZERO + " d30000000000000001",
        StartShardsData.of(List.of(0, 1)));
    all.put("0a000000 0b000000 | 81a85368617264494473 c0", new StartShardsData(Optional.empty()));
    all.put("0a000000 0b000000 | 81a85368617264494473 90", StartShardsData.of(List.of()));
    var sixteen = new StringBuilder();
    var ids = new ArrayList<Integer>();
    for (int i = 0; i < 16; i++) {
      sixteen.append("d3%016x".formatted(i));
      ids.add(i);
    }
    all.put("0a000000 9d000000 | 81a85368617264494473 dc0010" + sixteen, StartShardsData.of(ids));
    all.put("0b000000 12000000 | 81 a753686172644944 d30000000000000003", new StopShardData(3));
    all.put("0b000000 12000000 | 81a753686172644944 d3ffffffffffffffff", new StopShardData(-1));
    all.put(
        "14000000 37000000 | 84 a64f726967696e c3 a753686172644944 d30000000000000003"
            + " a953657373696f6e4944 a0 a853657175656e6365 "
            + ZERO,
        PrepareShardmigrationData.of(true, 3, "", 0));
    all.put(
        "14000000 3a000000 | 84 a64f726967696e c3 a753686172644944 d30000000000000003"
            + " a953657373696f6e4944 a3616263 a853657175656e6365 d30000000000000539",
        PrepareShardmigrationData.of(true, 3, "abc", 1337));
    all.put(
        "14000000 3a000000 | 84 a64f726967696e c2 a753686172644944 d30000000000000003"
            + " a953657373696f6e4944 a3616263 a853657175656e6365 d30000000000000539",
        PrepareShardmigrationData.of(false, 3, "abc", 1337));
    all.put(
        "14000000 53000000 | 85 a64f726967696e c2 a753686172644944 d30000000000000003"
            + " a953657373696f6e4944 a3616263 a853657175656e6365 d30000000000000539"
            + " b0526573756d654761746577617955726c a77773733a2f2f78",
        new PrepareShardmigrationData(false, 3, "abc", 1337, Optional.of("wss://x")));
    all.put(
        "15000000 12000000 | 81 a753686172644944 d30000000000000003",
        new StartshardMigrationData(3));
    all.put(
        "17000000 14000000 | 81 a94e756d4576656e7473 d30000000000000003",
        new AllUserDataSentData(3));
    return all;
  }

  static EventType type(EventData data) {
    return switch (data) {
      case IdentifyData _ -> EventType.IDENTIFY;
      case IdentifiedData _ -> EventType.IDENTIFIED;
      case StartShardsData _ -> EventType.START_SHARDS;
      case StopShardData _ -> EventType.STOP_SHARD;
      case PrepareShardmigrationData _ -> EventType.PREPARE_SHARDMIGRATION;
      case StartshardMigrationData _ -> EventType.START_SHARD_MIGRATION;
      case AllUserDataSentData _ -> EventType.ALL_USERDATA_SENT;
    };
  }
}
