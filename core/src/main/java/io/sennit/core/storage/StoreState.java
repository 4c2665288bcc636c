package io.sennit.core.storage;

import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Entry;
import io.sennit.core.spi.Store.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Logs and maps in memory, as they are after some batches. One thread at a time. */
public final class StoreState implements StoreHalf {
  private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

  private static final class Log {
    Bounds bounds = Bounds.NONE;
    final TreeMap<Long, byte[]> records = new TreeMap<>();
  }

  private final TreeMap<String, Log> logs = new TreeMap<>();
  private final TreeMap<String, TreeMap<byte[], byte[]>> maps = new TreeMap<>();

  /** Nothing is there. */
  public StoreState() {}

  /** The same again; the arrays, which never change, are shared. */
  public StoreState copy() {
    var copy = new StoreState();
    logs.forEach(
        (name, log) -> {
          var other = new Log();
          other.bounds = log.bounds;
          other.records.putAll(log.records);
          copy.logs.put(name, other);
        });
    maps.forEach((name, map) -> copy.map(name).putAll(map));
    return copy;
  }

  @Override
  public boolean hasLog(String name) {
    return logs.containsKey(name);
  }

  @Override
  public boolean hasMap(String name) {
    return maps.containsKey(name);
  }

  @Override
  public Bounds bounds(String name) {
    var log = logs.get(name);
    return log == null ? Bounds.NONE : log.bounds;
  }

  /** The logs that are there. */
  public SortedSet<String> logs() {
    return new TreeSet<>(logs.keySet());
  }

  /** The maps that are there. */
  public SortedSet<String> maps() {
    return new TreeSet<>(maps.keySet());
  }

  private TreeMap<byte[], byte[]> map(String name) {
    return maps.computeIfAbsent(name, _ -> new TreeMap<>(ORDER));
  }

  /** Whether a batch changes anything; forgetting what is not there does not. */
  public boolean changes(StoreBatch batch) {
    for (var change : batch.changes()) {
      boolean changes =
          switch (change) {
            case StoreChange.Append _, StoreChange.Put _ -> true;
            case StoreChange.OfLog of ->
                logs.containsKey(of.log())
                    && (of instanceof StoreChange.DropLog
                        || !StoreRules.after(bounds(of.log()), of).equals(bounds(of.log())));
            case StoreChange.DropMap(var map) -> maps.containsKey(map);
            case StoreChange.Remove(var map, var key) -> {
              var entries = maps.get(map);
              yield entries != null && entries.containsKey(key);
            }
            case StoreChange.RemoveRange(var map, var range) -> {
              var entries = maps.get(map);
              yield entries != null && !in(entries, range).isEmpty();
            }
          };
      if (changes) {
        return true;
      }
    }
    return false;
  }

  /** Makes the changes of a batch that breaks no rule; copies its arrays. */
  public void apply(StoreBatch batch) {
    for (var change : batch.changes()) {
      switch (change) {
        case StoreChange.Append append -> {
          var log = logs.computeIfAbsent(append.log(), _ -> new Log());
          log.records.put(append.index(), append.record().clone());
          log.bounds = StoreRules.after(log.bounds, append);
        }
        case StoreChange.DropLog drop -> logs.remove(drop.log());
        case StoreChange.OfLog other -> {
          var log = logs.get(other.log());
          if (log != null) {
            log.bounds = StoreRules.after(log.bounds, other);
            log.records.headMap(log.bounds.first()).clear();
            log.records.tailMap(log.bounds.next()).clear();
          }
        }
        case StoreChange.Put put -> map(put.map()).put(put.key().clone(), put.value().clone());
        case StoreChange.DropMap drop -> maps.remove(drop.map());
        case StoreChange.Remove(var name, var key) -> {
          var map = maps.get(name);
          if (map != null) {
            map.remove(key);
          }
        }
        case StoreChange.RemoveRange(var name, var range) -> {
          var map = maps.get(name);
          if (map != null) {
            in(map, range).clear();
          }
        }
      }
    }
  }

  private static NavigableMap<byte[], byte[]> in(TreeMap<byte[], byte[]> map, Range range) {
    if (range.to().length == 0) {
      return map.tailMap(range.from(), true);
    }
    return ORDER.compare(range.from(), range.to()) >= 0
        ? new TreeMap<>(ORDER)
        : map.subMap(range.from(), true, range.to(), false);
  }

  /** See {@link Store#readLog}. */
  public List<Entry> readLog(String name, long from, int maxBytes) {
    var found = new ArrayList<Entry>();
    var log = logs.get(name);
    if (log != null) {
      long bytes = 0;
      for (var one : log.records.tailMap(from).entrySet()) {
        found.add(new Entry(one.getKey(), one.getValue().clone()));
        bytes += one.getValue().length;
        if (bytes >= maxBytes || found.size() == Store.MAX_READ_COUNT) {
          break;
        }
      }
    }
    return found;
  }

  /** See {@link Store#readMap}. */
  public List<Map.Entry<byte[], byte[]>> readMap(String name, Range range, int maxBytes) {
    var found = new ArrayList<Map.Entry<byte[], byte[]>>();
    var map = maps.get(name);
    if (map != null) {
      long bytes = 0;
      var all = in(map, range);
      for (var one : (range.reverse() ? all.descendingMap() : all).entrySet()) {
        found.add(Map.entry(one.getKey().clone(), one.getValue().clone()));
        bytes += one.getKey().length + one.getValue().length;
        if (bytes >= maxBytes || found.size() == Store.MAX_READ_COUNT) {
          break;
        }
      }
    }
    return found;
  }
}
