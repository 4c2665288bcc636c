package io.sennit.grid;

import io.sennit.core.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the books of a storm and says at its end what was wrong: a call ends exactly once and its
 * outcome is true, a handler runs at most once for a call, a stream is a prefix of what was sent
 * and all of it after a clean end. Shares nothing with the engine.
 */
final class Judge implements Ledger {
  private static final class Call {
    int ends;
    int runs;
    boolean ok;
    Outcome outcome = Outcome.UNKNOWN;
  }

  private static final class Way {
    int sent;
    int received;
    int ended = -1; // how many there were when the sender ended it
    int cleanEnd = -1; // how many there were when the receiver saw a clean end
  }

  /** What a call may outlive its deadline by: longer than a process stands still in a storm. */
  static final long LATE_MS = 5_000;

  private final Map<Long, Call> calls = new HashMap<>();
  private final Map<String, Way> ways = new HashMap<>();
  private final List<String> wrongs = new ArrayList<>();
  private final Map<String, Long> checked = new TreeMap<>();

  private void count(String what) {
    checked.merge(what, 1L, Long::sum);
  }

  private Call call(long id) {
    return calls.computeIfAbsent(id, _ -> new Call());
  }

  private Way way(long id, boolean up) {
    return ways.computeIfAbsent(id + (up ? "up" : "down"), _ -> new Way());
  }

  private void wrong(String what) {
    wrongs.add(what);
  }

  // --- calls

  @Override
  public void began(long id) {
    call(id);
  }

  @Override
  public void ran(long id) {
    call(id).runs++;
  }

  @Override
  public void ok(long id, boolean right) {
    end(id, Outcome.RAN).ok = true;
    count("answers");
    if (!right) {
      wrong("call " + id + " got an answer of another");
    }
  }

  @Override
  public void failed(long id, Outcome outcome) {
    end(id, outcome);
    count("failed " + outcome);
  }

  @Override
  public void overran(long id, long millis) {
    count("deadlines");
    if (millis > LATE_MS) {
      wrong("call " + id + " outlived its deadline by " + millis + " ms");
    }
  }

  @Override
  public void breach(long id, String rule) {
    wrong("call or stream " + id + " met a breach: " + rule);
  }

  /** A process was killed, and can no longer write down how its calls ended. */
  void orphanedOf(long life) {
    calls.forEach(
        (id, call) -> {
          if (id >>> 32 == life && call.ends == 0) {
            call.ends = 1;
            count("orphaned");
          }
        });
  }

  private Call end(long id, Outcome outcome) {
    var call = call(id);
    call.ends++;
    call.outcome = outcome;
    return call;
  }

  // --- streams

  @Override
  public void opened(long id) {
    count("streams of one life");
    way(id, true);
    way(id, false);
  }

  @Override
  public void sent(long id, boolean up, int index) {
    var way = way(id, up);
    if (index != way.sent) {
      wrong("stream " + id + " sends " + index + " after " + way.sent);
    }
    way.sent = index + 1;
  }

  @Override
  public void ended(long id, boolean up, int count) {
    way(id, up).ended = count;
  }

  @Override
  public void received(long id, boolean up, int index, byte[] item) {
    var way = way(id, up);
    var buffer = ByteBuffer.wrap(item);
    long of = buffer.getLong();
    int number = buffer.getInt();
    count("items");
    if (of != id || number != index) {
      wrong("stream " + id + (up ? " up" : " down") + " got " + of + "/" + number + " at " + index);
    }
    if (index >= way.sent) {
      wrong("stream " + id + " got item " + index + " of " + way.sent);
    }
    way.received = index + 1;
  }

  @Override
  public void cleanEnd(long id, boolean up, int count) {
    count("clean ends");
    way(id, up).cleanEnd = count;
  }

  /** What the handler says it took, beside what its caller sent before a clean end. */
  @Override
  public void confirmed(long id, int took, int sent) {
    count("confirmed");
    if (took >= 0 && took != sent) {
      wrong("stream " + id + " took " + took + " of " + sent);
    }
  }

  // --- the end

  String openCalls() {
    long open = calls.values().stream().filter(c -> c.ends == 0).count();
    return ", calls without an end " + open;
  }

  Map<String, Long> checked() {
    return checked;
  }

  void verdict() {
    calls.forEach(
        (id, call) -> {
          count("calls");
          if (call.ends != 1) {
            wrong("call " + id + " ended " + call.ends + " times");
          }
          if (call.runs > 1) {
            wrong("call " + id + " ran " + call.runs + " times");
          }
          if (call.outcome == Outcome.DID_NOT_RUN && call.runs > 0) {
            wrong("call " + id + " ran, and was said not to have");
          }
          if (call.outcome == Outcome.RAN && call.runs == 0) {
            wrong("call " + id + " did not run, and was said to have");
          }
        });
    ways.forEach(
        (name, way) -> {
          count("ways");
          if (way.cleanEnd >= 0 && way.ended != way.cleanEnd) {
            wrong(
                "stream "
                    + name
                    + " ended cleanly at "
                    + way.cleanEnd
                    + " of "
                    + way.ended
                    + " (sent "
                    + way.sent
                    + ")");
          }
        });
    if (!wrongs.isEmpty()) {
      throw new AssertionError(
          wrongs.size()
              + " wrongs: "
              + String.join("; ", wrongs.subList(0, Math.min(8, wrongs.size()))));
    }
    for (var must : List.of("calls", "answers", "items", "clean ends", "ways", "deadlines")) {
      if (checked.getOrDefault(must, 0L) == 0) {
        throw new AssertionError("nothing was checked of " + must + ": " + checked);
      }
    }
  }
}
