package io.sennit.core.storage;

import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Durability;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of a batch, and what a change makes of a log's bounds. */
public final class StoreRules {
  private StoreRules() {}

  /**
   * The rule a batch would break, in words; null if none.
   *
   * @param mine the half that its level belongs to
   * @param other the other half
   */
  public static @Nullable String broken(
      StoreBatch batch, Durability level, StoreHalf mine, StoreHalf other) {
    if (!batch.tooLong().isEmpty()) {
      return batch.tooLong() + " is longer than 64 MiB";
    }
    Map<String, Bounds> after = new LinkedHashMap<>();
    for (var change : batch.changes()) {
      if (change instanceof StoreChange.OfLog of && other.hasLog(of.log())) {
        return otherKind("log " + of.log(), level);
      }
      if (change instanceof StoreChange.OfMap of && other.hasMap(of.map())) {
        return otherKind("map " + of.map(), level);
      }
      if (change instanceof StoreChange.OfLog of) {
        var now = after.getOrDefault(of.log(), mine.bounds(of.log()));
        if (change instanceof StoreChange.Append append && !takes(now, append.index())) {
          return "index "
              + append.index()
              + " cannot be appended to log "
              + append.log()
              + (append.index() < 0 ? "" : ", whose next is " + now.next());
        }
        after.put(of.log(), after(now, of));
      }
    }
    return null;
  }

  private static String otherKind(String what, Durability level) {
    return what
        + " is "
        + (level == Durability.MEMORY ? "durable" : "in memory")
        + " and cannot be both";
  }

  private static boolean takes(Bounds now, long index) {
    return index >= 0 && index < Long.MAX_VALUE && (now.empty() || index == now.next());
  }

  /** The bounds after a change that breaks no rule. */
  public static Bounds after(Bounds now, StoreChange.OfLog change) {
    return switch (change) {
      case StoreChange.Append(var _, var index, var _) ->
          new Bounds(now.empty() ? index : now.first(), index + 1);
      case StoreChange.Cut(var _, var below) ->
          below <= now.first() ? now : new Bounds(Math.min(below, now.next()), now.next());
      case StoreChange.Truncate(var _, var from) ->
          from >= now.next() ? now : new Bounds(now.first(), Math.max(from, now.first()));
      case StoreChange.DropLog _ -> Bounds.NONE;
    };
  }
}
