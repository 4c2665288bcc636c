package io.sennit.causal.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Origin;
import io.sennit.causal.Stamp;
import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Sets, maps, registers and counters against models that keep the whole history. */
class DotMapTest {
  private static final Octets KEY = Octets.utf8("k");

  /** An operation with what its publisher had seen: all operations so far at its replica. */
  private record Event(Stamp stamp, DotOperation operation, Set<Dot> seen) {}

  /** A replica that delivers in causal order, whatever the order of arrival. */
  private static final class Replica {
    final Origin origin;
    final DotMap map = new DotMap();
    final PnCount count = new PnCount();
    final Set<Dot> seen = new LinkedHashSet<>();
    final List<Event> inbox = new ArrayList<>();
    long seq;
    long time;

    Replica(int number) {
      origin = new Origin("r" + number, number);
    }

    Event publish(DotOperation operation) {
      var event = new Event(new Stamp(new Dot(origin, ++seq), ++time), operation, Set.copyOf(seen));
      deliver(event);
      return event;
    }

    boolean deliver(Event event) {
      if (!seen.containsAll(event.seen)) {
        return false;
      }
      time = Math.max(time, event.stamp.time());
      map.apply(DotOperation.decode(event.operation.encode()), event.stamp);
      return seen.add(event.stamp.dot());
    }

    void drain() {
      while (inbox.removeIf(this::deliver)) {
        // what waited for it may come now
      }
    }
  }

  /** What a key holds by the history alone: puts that no later operation on it had seen. */
  private static Map<Octets, Set<Octets>> model(List<Event> history) {
    var model = new TreeMap<Octets, Set<Octets>>();
    for (var put : history) {
      if (put.operation instanceof DotOperation.Put(var key, var value, var _)
          && history.stream()
              .noneMatch(e -> e.operation.key().equals(key) && e.seen.contains(put.stamp.dot()))) {
        model.computeIfAbsent(key, _ -> new TreeSet<>()).add(value);
      }
    }
    return model;
  }

  @Test
  @Row({"C-OrSet", "C-OrMap", "C-MvRegister", "C-add-wins"})
  void holdsWhatNoLaterOperationHadSeen() {
    int atOnce = 0;
    for (long seed = 1; seed <= 400; seed++) {
      var random = new SplittableRandom(seed);
      var replicas = List.of(new Replica(1), new Replica(2), new Replica(3));
      var history = new ArrayList<Event>();
      for (int step = 0; step < 50; step++) {
        var at = replicas.get(random.nextInt(3));
        var key = Octets.utf8("k" + random.nextInt(3));
        Optional<? extends DotOperation> operation =
            switch (random.nextInt(4)) {
              case 0 -> Optional.of(at.map.put(key, Octets.utf8("v" + step)));
              case 1 -> at.map.remove(key);
              default -> Optional.empty();
            };
        if (operation.isPresent()) {
          var event = at.publish(operation.get());
          history.add(event);
          replicas.forEach(
              to -> {
                if (to != at) {
                  to.inbox.add(random.nextInt(to.inbox.size() + 1), event);
                }
              });
        } else if (random.nextBoolean()) {
          at.drain();
        }
      }
      replicas.forEach(Replica::drain);
      var expected = model(history);
      for (var replica : replicas) {
        assertThat(replica.inbox).isEmpty();
        assertThat(replica.map.entries()).isEqualTo(replicas.getFirst().map.entries());
        assertThat(replica.map.entries().keySet()).isEqualTo(expected.keySet());
        int size = 0;
        for (var key : expected.keySet()) {
          assertThat(new TreeSet<>(replica.map.getAll(key)))
              .as("seed " + seed)
              .isEqualTo(expected.get(key));
          size += replica.map.getAll(key).size();
          atOnce += replica.map.getAll(key).size() > 1 ? 1 : 0;
        }
        assertThat(replica.map.size()).isEqualTo(size);
      }
    }
    assertThat(atOnce).as("values put at the same time").isPositive();
  }

  @Test
  @Row("C-LwwRegister")
  void theLatestValueCountsEverywhere() {
    var a = new Replica(1);
    var b = new Replica(2);
    var first = a.publish(a.map.put(KEY, Octets.utf8("old")));
    b.deliver(first);
    a.time = 50;
    var late = a.publish(a.map.put(KEY, Octets.utf8("late")));
    var early = b.publish(b.map.put(KEY, Octets.utf8("early")));
    a.deliver(early);
    b.deliver(late);
    assertThat(a.map.get(KEY)).contains(Octets.utf8("late")).isEqualTo(b.map.get(KEY));
    assertThat(a.map.getAll(KEY)).containsExactly(Octets.utf8("late"), Octets.utf8("early"));
    var now = b.publish(b.map.put(KEY, Octets.utf8("now")));
    a.deliver(now);
    assertThat(a.map.getAll(KEY)).containsExactly(Octets.utf8("now"));
    assertThat(now.stamp.time()).as("after what it saw").isGreaterThan(late.stamp.time());
  }

  @Test
  @Row("C-size-bound")
  void aMillionPairsLeaveNothingBehind() {
    var replica = new Replica(1);
    for (int i = 0; i < 1_000_000; i++) {
      var stamp = new Stamp(new Dot(replica.origin, 2L * i + 1), i);
      var key = Octets.of((byte) i, (byte) (i >> 8), (byte) (i >> 16));
      replica.map.apply(replica.map.put(key, Octets.EMPTY), stamp);
      var removal = replica.map.remove(key).orElseThrow();
      replica.map.apply(removal, new Stamp(new Dot(replica.origin, 2L * i + 2), i));
    }
    assertThat(replica.map.size()).isZero();
    assertThat(replica.map.entries()).isEmpty();
  }

  @Test
  @Row("C-PnCounter")
  void aCounterIsTheSumOfAllChanges() {
    var random = new SplittableRandom(3);
    var changes = new ArrayList<Long>();
    for (int i = 0; i < 1_000; i++) {
      changes.add(i % 100 == 0 ? Long.MAX_VALUE : random.nextLong(-1000, 1000));
    }
    var forth = new PnCount();
    var back = new PnCount();
    changes.forEach(change -> forth.apply(PnCount.add(change)));
    changes.reversed().forEach(change -> back.apply(PnCount.add(change)));
    assertThat(forth.value())
        .isEqualTo(back.value())
        .isEqualTo(changes.stream().mapToLong(Long::longValue).sum());
    assertThatThrownBy(() -> forth.apply(new byte[7])).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> forth.apply(new byte[9])).isInstanceOf(ProtocolException.class);
  }

  @Test
  void operationsAreReadAsTheyWereWritten() {
    var random = new SplittableRandom(9);
    var found = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < 2_000; i++) {
      var dots = new ArrayList<Dot>();
      for (int n = random.nextInt(4); n > 0; n--) {
        dots.add(new Dot(new Origin("m" + n, random.nextLong()), random.nextLong(1, 1L << 62)));
      }
      var key = new byte[random.nextInt(300)];
      random.nextBytes(key);
      DotOperation operation =
          random.nextBoolean()
              ? new DotOperation.Put(Octets.of(key), Octets.utf8("v" + i), dots)
              : new DotOperation.Remove(Octets.of(key), dots);
      var bytes = operation.encode();
      assertThat(DotOperation.decode(bytes)).isEqualTo(operation);
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        found.merge(
            DotOperation.decode(bytes).equals(operation) ? "same" : "other", 1, Integer::sum);
      } catch (ProtocolException e) {
        found.merge("refused", 1, Integer::sum);
      }
    }
    assertThat(found).containsKeys("other", "refused").doesNotContainKey("same");
  }
}
