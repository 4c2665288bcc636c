package io.sennit.shards.wire;

/**
 * The number of an event, docs/protocol/shards.md §3. Numbers below 100 belong to the protocol;
 * those from 100 on are the application's, and an orchestrator relays their bytes unread.
 *
 * <p>seed: {@code EventType}.
 *
 * @param id 32 bits without sign
 */
public record EventType(long id) {
  /** A node says who it is. seed: {@code EvtIdentify}. */
  public static final EventType IDENTIFY = new EventType(1);

  /** The orchestrator took the node in. seed: {@code EvtIdentified}. */
  public static final EventType IDENTIFIED = new EventType(2);

  /** The node shall end its process. seed: {@code EvtShutdown}. */
  public static final EventType SHUTDOWN = new EventType(3);

  /** The node shall start shards; sent back when they are taken. seed: {@code EvtStartShards}. */
  public static final EventType START_SHARDS = new EventType(10);

  /** The node shall stop a shard; sent back when it has. seed: {@code EvtStopShard}. */
  public static final EventType STOP_SHARD = new EventType(11);

  /** A move begins, at the origin or at the destination. seed: {@code EvtPrepareShardmigration}. */
  public static final EventType PREPARE_SHARDMIGRATION = new EventType(20);

  /** The origin shall send the state. seed: {@code EvtStartShardMigration}. */
  public static final EventType START_SHARD_MIGRATION = new EventType(21);

  /** How many user events make up the state. seed: {@code EvtAllUserdataSent}. */
  public static final EventType ALL_USERDATA_SENT = new EventType(23);

  /** The first number of user events. seed: {@code EvtShardMigrationDataStartID}. */
  public static final EventType SHARD_MIGRATION_DATA_START_ID = new EventType(100);

  /** The first number of Sennit's own events, which original peers log and drop. */
  public static final EventType FIRST_OF_SENNIT = new EventType(30);

  /** The last number of Sennit's own events. */
  public static final EventType LAST_OF_SENNIT = new EventType(49);

  private static final long MOST = 0xffff_ffffL;

  /** Checks the range. */
  public EventType {
    if (id < 0 || id > MOST) {
      throw new IllegalArgumentException("event " + id + " is not from 0 to " + MOST);
    }
  }

  /** Whether it is the application's: its body is relayed as it is. */
  public boolean isUser() {
    return id >= SHARD_MIGRATION_DATA_START_ID.id;
  }

  /** The name in the protocol; {@code Unknown} for a number without one. */
  @Override
  public String toString() {
    return switch ((int) Math.min(id, 100)) {
      case 1 -> "Identify";
      case 2 -> "Identified";
      case 3 -> "Shutdown";
      case 10 -> "StartShards";
      case 11 -> "StopShard";
      case 20 -> "PrepareShardmigration";
      case 21 -> "StartShardMigration";
      case 23 -> "AllUserdataSent";
      default -> "Unknown";
    };
  }
}
