package io.sennit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the logs and maps that the committed transactions left, for the thread that reads.
 * Shortly after a commit a name may be here whose rows are gone; who must know for sure looks again
 * while it holds {@link #change}.
 */
final class Published {
  /** Held; closing releases it. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> logs = new ConcurrentHashMap<>();
  private final Map<String, Long> maps = new ConcurrentHashMap<>();

  /** Keeps names and rows as they are for others, until closed. */
  Held change() {
    lock.lock();
    return lock::unlock;
  }

  /** A log's number from now on; null: it is gone. */
  void log(String name, @Nullable Long id) {
    set(logs, name, id);
  }

  /** A map's number from now on; null: it is gone. */
  void map(String name, @Nullable Long id) {
    set(maps, name, id);
  }

  private static void set(Map<String, Long> in, String name, @Nullable Long id) {
    if (id == null) {
      in.remove(name);
    } else {
      in.put(name, id);
    }
  }

  @Nullable Long log(String name) {
    return logs.get(name);
  }

  @Nullable Long map(String name) {
    return maps.get(name);
  }

  List<String> logs() {
    return new ArrayList<>(logs.keySet());
  }

  List<String> maps() {
    return new ArrayList<>(maps.keySet());
  }
}
