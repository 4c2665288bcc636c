package io.sennit.sim;

import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Logs and maps as they are after some batches. */
final class StoreState {
  private static final Bounds NEVER = new Bounds(0, 0);

  private static final class Log {
    long first;
    long next;
    final TreeMap<Long, byte[]> records = new TreeMap<>();
  }

  private final TreeMap<String, Log> logs = new TreeMap<>();
  private final TreeMap<String, TreeMap<byte[], byte[]>> maps = new TreeMap<>();

  StoreState copy() {
    var copy = new StoreState();
    logs.forEach(
        (name, log) -> {
          var other = new Log();
          other.first = log.first;
          other.next = log.next;
          other.records.putAll(log.records);
          copy.logs.put(name, other);
        });
    maps.forEach((name, map) -> copy.map(name).putAll(map));
    return copy;
  }

  boolean hasLog(String name) {
    return logs.containsKey(name);
  }

  boolean hasMap(String name) {
    return maps.containsKey(name);
  }

  private TreeMap<byte[], byte[]> map(String name) {
    return maps.computeIfAbsent(name, _ -> new TreeMap<>(Arrays::compareUnsigned));
  }

  /** What is wrong with a batch, or null. */
  @Nullable String fault(SimBatch batch) {
    Map<String, Bounds> bounds = new LinkedHashMap<>();
    for (var change : batch.changes()) {
      switch (change) {
        case SimBatch.Append a -> {
          var now = bounds.getOrDefault(a.log(), bounds(a.log()));
          boolean empty = now.first() == now.next();
          if (a.index() < 0 || !empty && a.index() != now.next()) {
            return "index " + a.index() + " in log " + a.log() + ": the next is " + now.next();
          }
          bounds.put(a.log(), new Bounds(empty ? a.index() : now.first(), a.index() + 1));
        }
        case SimBatch.Cut c -> {
          var now = bounds.getOrDefault(c.log(), bounds(c.log()));
          long first = Math.min(Math.max(now.first(), c.below()), now.next());
          bounds.put(c.log(), new Bounds(first, now.next()));
        }
        case SimBatch.Put _, SimBatch.Remove _ -> {}
      }
    }
    return null;
  }

  void apply(SimBatch batch) {
    for (var change : batch.changes()) {
      switch (change) {
        case SimBatch.Append a -> {
          var log = logs.computeIfAbsent(a.log(), _ -> new Log());
          if (log.records.isEmpty()) {
            log.first = a.index();
          }
          log.records.put(a.index(), a.record());
          log.next = a.index() + 1;
        }
        case SimBatch.Cut c -> {
          var log = logs.get(c.log());
          if (log != null) {
            log.records.headMap(c.below()).clear();
            log.first = Math.min(Math.max(log.first, c.below()), log.next);
          }
        }
        case SimBatch.Put p -> map(p.map()).put(p.key(), p.value());
        case SimBatch.Remove r -> {
          var map = maps.get(r.map());
          if (map != null) {
            map.remove(r.key());
          }
        }
      }
    }
  }

  Bounds bounds(String name) {
    var log = logs.get(name);
    return log == null ? NEVER : new Bounds(log.first, log.next);
  }

  List<Entry> readLog(String name, long from, int maxBytes) {
    var found = new ArrayList<Entry>();
    var log = logs.get(name);
    if (log != null) {
      long bytes = 0;
      for (var one : log.records.tailMap(from).entrySet()) {
        found.add(new Entry(one.getKey(), one.getValue().clone()));
        bytes += one.getValue().length;
        if (bytes >= maxBytes) {
          break;
        }
      }
    }
    return found;
  }

  List<Map.Entry<byte[], byte[]>> readMap(String name, byte[] from, int maxBytes) {
    var found = new ArrayList<Map.Entry<byte[], byte[]>>();
    var map = maps.get(name);
    if (map != null) {
      long bytes = 0;
      for (var one : map.tailMap(from).entrySet()) {
        found.add(Map.entry(one.getKey().clone(), one.getValue().clone()));
        bytes += one.getKey().length + one.getValue().length;
        if (bytes >= maxBytes) {
          break;
        }
      }
    }
    return found;
  }
}
