package io.sennit.shards.wire;

import io.sennit.core.codec.MsgPackWriter;
import java.util.List;
import java.util.Optional;

/** The seven bodies of the original protocol as bytes, docs/protocol/shards.md §3. */
final class EventBodies {
  private static final String TOTAL = "TotalShards";
  private static final String RUNNING = "RunningShards";
  private static final String VERSION = "Version";
  private static final String NODE = "NodeID";
  private static final String LOGIC = "OrchestratorLogicVersion";
  private static final String SENNIT = "Sennit";
  private static final String SHARDS = "ShardIDs";
  private static final String SHARD = "ShardID";
  private static final String ORIGIN = "Origin";
  private static final String SESSION = "SessionID";
  private static final String SEQUENCE = "Sequence";
  private static final String URL = "ResumeGatewayUrl";
  private static final String EVENTS = "NumEvents";

  private EventBodies() {}

  static byte[] encode(EventData data) {
    var out = new MsgPackWriter(128);
    switch (data) {
      case IdentifyData d -> {
        out.writeMapHeader(d.sennit().isPresent() ? 6 : 5);
        number(out, TOTAL, d.totalShards());
        GoPack.key(out, RUNNING);
        GoPack.writeInts(out, d.runningShards());
        text(out, VERSION, d.version());
        text(out, NODE, d.nodeId());
        number(out, LOGIC, d.orchestratorLogicVersion());
        extra(out, d.sennit());
      }
      case IdentifiedData d -> {
        out.writeMapHeader(d.sennit().isPresent() ? 3 : 2);
        number(out, TOTAL, d.totalShards());
        text(out, NODE, d.nodeId());
        extra(out, d.sennit());
      }
      case StartShardsData d -> {
        out.writeMapHeader(1);
        GoPack.key(out, SHARDS);
        GoPack.writeInts(out, d.shardIds());
      }
      case StopShardData d -> number(out.writeMapHeader(1), SHARD, d.shardId());
      case PrepareShardmigrationData d -> {
        out.writeMapHeader(d.resumeGatewayUrl().isPresent() ? 5 : 4);
        GoPack.key(out, ORIGIN);
        out.writeBool(d.origin());
        number(out, SHARD, d.shardId());
        text(out, SESSION, d.sessionId());
        number(out, SEQUENCE, d.sequence());
        d.resumeGatewayUrl().ifPresent(url -> text(out, URL, url));
      }
      case StartshardMigrationData d -> number(out.writeMapHeader(1), SHARD, d.shardId());
      case AllUserDataSentData d -> number(out.writeMapHeader(1), EVENTS, d.numEvents());
    }
    return out.toBytes();
  }

  private static void number(MsgPackWriter out, String name, long value) {
    GoPack.key(out, name);
    GoPack.writeLong(out, value);
  }

  private static void text(MsgPackWriter out, String name, String value) {
    GoPack.key(out, name);
    out.writeString(value);
  }

  private static void extra(MsgPackWriter out, Optional<byte[]> sennit) {
    sennit.ifPresent(
        bytes -> {
          GoPack.key(out, SENNIT);
          out.writeBin(bytes);
        });
  }

  /** The body of an event that has one. */
  static EventData decode(EventType type, byte[] body) {
    var what = type.toString();
    return switch ((int) type.id()) {
      case 1 -> {
        var f = GoPack.fields(body, List.of(TOTAL, RUNNING, VERSION, NODE, LOGIC, SENNIT), what);
        yield new IdentifyData(
            GoPack.readInt(f, TOTAL),
            GoPack.readInts(f, RUNNING),
            GoPack.readText(f, VERSION),
            GoPack.readText(f, NODE),
            GoPack.readInt(f, LOGIC),
            GoPack.readBytes(f, SENNIT));
      }
      case 2 -> {
        var f = GoPack.fields(body, List.of(TOTAL, NODE, SENNIT), what);
        yield new IdentifiedData(
            GoPack.readInt(f, TOTAL), GoPack.readText(f, NODE), GoPack.readBytes(f, SENNIT));
      }
      case 10 ->
          new StartShardsData(GoPack.readInts(GoPack.fields(body, List.of(SHARDS), what), SHARDS));
      case 11 ->
          new StopShardData(GoPack.readInt(GoPack.fields(body, List.of(SHARD), what), SHARD));
      case 20 -> {
        var f = GoPack.fields(body, List.of(ORIGIN, SHARD, SESSION, SEQUENCE, URL), what);
        yield new PrepareShardmigrationData(
            GoPack.readBool(f, ORIGIN),
            GoPack.readInt(f, SHARD),
            GoPack.readText(f, SESSION),
            GoPack.readLong(f, SEQUENCE, Long.MIN_VALUE, Long.MAX_VALUE),
            f.containsKey(URL) ? Optional.of(GoPack.readText(f, URL)) : Optional.empty());
      }
      case 21 ->
          new StartshardMigrationData(
              GoPack.readInt(GoPack.fields(body, List.of(SHARD), what), SHARD));
      case 23 ->
          new AllUserDataSentData(
              GoPack.readInt(GoPack.fields(body, List.of(EVENTS), what), EVENTS));
      default -> throw new UnknownEventException(type);
    };
  }
}
