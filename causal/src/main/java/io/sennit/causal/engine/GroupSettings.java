package io.sennit.causal.engine;

import io.sennit.causal.Origin;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.loop.Backoff;
import io.sennit.core.spi.Store.Durability;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one member of a group is told.
 *
 * @param group the group's name, formed as a member's
 * @param me this member's name
 * @param members all members with their addresses, this one among them
 * @param durability when an operation counts as durable
 * @param maxOp bytes of the longest operation
 * @param maxBacklog bytes that may wait to be applied and made durable; then publishing is refused
 *     and links are not read
 * @param maxDeferred bytes of operations that may wait for others
 * @param maxLog bytes of the log beyond which it is cut though a member lacks what is cut
 * @param maxAge the same as an age
 * @param retain how long an operation stays in the log though all members have it
 * @param leap how far ahead of what is known a number may be
 * @param tick between two acknowledgements of everything, and two looks at the log
 * @param silence a link on which nothing came for so long is ended
 * @param pull how long a gap may stand before another member is asked
 * @param backoff between two attempts to reach a member
 * @param maxIds ids of callers that are remembered
 * @param defects what is broken on purpose; none but in tests
 */
public record GroupSettings(
    String group,
    String me,
    SortedMap<String, Address> members,
    Durability durability,
    int maxOp,
    long maxBacklog,
    long maxDeferred,
    long maxLog,
    Duration maxAge,
    Duration retain,
    long leap,
    Duration tick,
    Duration silence,
    Duration pull,
    Backoff backoff,
    int maxIds,
    Set<Defect> defects) {

  /** The longest frame: one operation of the longest kind, or a clock. */
  public static final int FRAME_ROOM = 2 << 20;

  /** The longest stamp: a whole clock. */
  public static final int STAMP_ROOM = OpRecord.MAX_AFTER * (Origin.MAX_NAME + 32);

  /** Checks the names. */
  public GroupSettings {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    if (!Origin.isName(group)) {
      throw new ConfigException("causal.group", group, "1 to 128 of A-Z a-z 0-9 . _ - : [ ]");
    }
    for (var name : members.keySet()) {
      if (!Origin.isName(name)) {
        throw new ConfigException("causal.members", name, "1 to 128 of A-Z a-z 0-9 . _ - : [ ]");
      }
    }
    if (!members.containsKey(me)) {
      throw new ConfigException("causal.members", me, "this member's own name among them");
    }
  }

  /**
   * Defaults: operations of 1 MiB, 16 MiB of backlog and as much deferred, a log of 1 GiB or an
   * hour, a minute of it kept in any case.
   */
  public static GroupSettings of(String group, String me, Map<String, Address> members) {
    return new GroupSettings(
        group,
        me,
        new TreeMap<>(members),
        Durability.FSYNC,
        1 << 20,
        16 << 20,
        16 << 20,
        1L << 30,
        Duration.ofHours(1),
        Duration.ofMinutes(1),
        1_000_000,
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofMillis(200),
        new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5)),
        65_536,
        EnumSet.noneOf(Defect.class));
  }

  /** The same with another durability. */
  public GroupSettings with(Durability level) {
    return new GroupSettings(
        group,
        me,
        members,
        level,
        maxOp,
        maxBacklog,
        maxDeferred,
        maxLog,
        maxAge,
        retain,
        leap,
        tick,
        silence,
        pull,
        backoff,
        maxIds,
        defects);
  }

  /** The same with other bounds in bytes. */
  public GroupSettings withBounds(int op, long backlog, long deferred) {
    return new GroupSettings(
        group,
        me,
        members,
        durability,
        op,
        backlog,
        deferred,
        maxLog,
        maxAge,
        retain,
        leap,
        tick,
        silence,
        pull,
        backoff,
        maxIds,
        defects);
  }

  /** The same with another log. */
  public GroupSettings withLog(long bytes, Duration age, Duration kept) {
    return new GroupSettings(
        group,
        me,
        members,
        durability,
        maxOp,
        maxBacklog,
        maxDeferred,
        bytes,
        age,
        kept,
        leap,
        tick,
        silence,
        pull,
        backoff,
        maxIds,
        defects);
  }

  GroupSettings with(Set<Defect> planted) {
    return new GroupSettings(
        group,
        me,
        members,
        durability,
        maxOp,
        maxBacklog,
        maxDeferred,
        maxLog,
        maxAge,
        retain,
        leap,
        tick,
        silence,
        pull,
        backoff,
        maxIds,
        planted);
  }

  boolean has(Defect defect) {
    return defects.contains(defect);
  }
}
