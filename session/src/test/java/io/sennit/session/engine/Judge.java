package io.sennit.session.engine;

import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the books of a cluster: what was sent by whom to whom, how each sending ended, what lay in
 * whose queue, and where handlers began.
 */
final class Judge {
  /** One message to one destination. */
  record Key(long message, OverlayAddress to) {}

  /** What is known of it. */
  static final class Entry {
    final String sender;
    int delivered;
    @Nullable SendFate fate;
    @Nullable SessionReason reason;

    Entry(String sender) {
      this.sender = sender;
    }
  }

  private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>();
  private final LinkedHashSet<String> begun = new LinkedHashSet<>();
  private final TreeMap<String, Long> checked = new TreeMap<>();
  private long next;

  byte[] message() {
    return ByteBuffer.allocate(8).putLong(++next).array();
  }

  static long number(byte[] message) {
    return ByteBuffer.wrap(message).getLong();
  }

  Entry sent(byte[] message, OverlayAddress to, String sender) {
    var entry = new Entry(sender);
    entries.put(new Key(number(message), to), entry);
    return entry;
  }

  void delivered(byte[] message, OverlayAddress at) {
    var entry = entries.get(new Key(number(message), at));
    if (entry == null) {
      throw new AssertionError(at + " got a message that was not sent to it");
    }
    if (++entry.delivered > 1) {
      throw new AssertionError(at + " got message " + number(message) + " twice");
    }
    if (entry.fate == SendFate.FAILED) {
      throw new AssertionError(at + " got a message that had failed: " + entry.reason);
    }
    count("delivered");
  }

  void decided(Entry entry, SendFate fate, SessionReason reason) {
    if (entry.fate != null) {
      throw new AssertionError("decided twice: " + entry.fate + " and " + fate);
    }
    entry.fate = fate;
    entry.reason = reason;
    if (fate == SendFate.DELIVERED && entry.delivered != 1
        || fate == SendFate.FAILED && entry.delivered != 0) {
      throw new AssertionError(fate + " (" + reason + ") after " + entry.delivered + " deliveries");
    }
    count(fate.toString().toLowerCase(java.util.Locale.ROOT));
  }

  /** A handler begins; a session begins once at a player, also if its process starts again. */
  void begins(String node, String session) {
    if (!begun.add(node + " " + session)) {
      throw new AssertionError("the handler of " + node + " began twice in " + session);
    }
    count("handlers");
  }

  void count(String what) {
    checked.merge(what, 1L, Long::sum);
  }

  long counted(String what) {
    return checked.getOrDefault(what, 0L);
  }

  TreeMap<String, Long> checked() {
    return checked;
  }

  /** Everything asked is answered, but to those who are dead. */
  void requireAllDecided(java.util.Set<String> killed) {
    entries.forEach(
        (key, entry) -> {
          if (entry.fate == null && !killed.contains(entry.sender)) {
            throw new AssertionError(entry.sender + " was never told what became of " + key);
          }
        });
  }

  /** Where nobody is silent, nobody waits until the time is over. */
  void requireNothingLate() {
    entries.forEach(
        (key, entry) -> {
          if (entry.reason == SessionReason.DEADLINE) {
            throw new AssertionError(key + " was not answered in time, though all were there");
          }
        });
  }

  /** Where nothing went wrong, nothing is unknown. */
  void requireNothingUnknown() {
    entries.forEach(
        (key, entry) -> {
          // what is on its way when its session is closed has no way back
          if (entry.fate == SendFate.UNKNOWN && entry.reason != SessionReason.CLOSED) {
            throw new AssertionError(key + " is unknown in calm weather: " + entry.reason);
          }
        });
  }
}
