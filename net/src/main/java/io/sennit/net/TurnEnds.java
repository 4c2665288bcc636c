package io.sennit.net;

import io.sennit.core.spi.Loop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Map;

/** What a loop does at the end of a turn: the tasks asked for, then what was written leaves. */
final class TurnEnds {
  private final NetLoop loop;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final Map<Runnable, Boolean> asked = new IdentityHashMap<>();
  private ArrayList<Writer> written = new ArrayList<>();
  private ArrayList<Writer> leaving = new ArrayList<>();

  /** Something that writes at the turn's end. */
  interface Writer {
    /** Writes. */
    void turnEnded();

    /** Writing threw; this ends alone, with that reason. */
    void lost(Throwable cause);
  }

  TurnEnds(NetLoop loop) {
    this.loop = loop;
  }

  void ask(Runnable task) {
    if (!asked.containsKey(task)) {
      tasks.add(task);
      asked.put(task, Boolean.TRUE);
    }
  }

  void ask(Writer writer) {
    written.add(writer);
  }

  /** Whether something is left for the next turn, which must not wait then. */
  boolean hasMore() {
    return !tasks.isEmpty() || !written.isEmpty();
  }

  /** The turn's end; rounds follow each other while one asks for the next, up to a bound. */
  void run() {
    for (int round = 0; round < Loop.MOST_ROUNDS && hasMore(); round++) {
      for (int n = tasks.size(); n > 0; n--) {
        var task = tasks.poll();
        if (task != null) {
          asked.remove(task);
          loop.guarded(task);
        }
      }
      if (tasks.isEmpty()) {
        write();
      }
    }
  }

  private void write() {
    var now = written;
    written = leaving;
    leaving = now;
    for (int i = 0; i < now.size(); i++) {
      write(now.get(i));
    }
    now.clear();
  }

  private void write(Writer writer) {
    try {
      writer.turnEnded();
    } catch (Throwable t) {
      loop.failed("writing what a turn left", t);
      loop.guarded(() -> writer.lost(t));
    }
  }
}
