package io.sennit.shards.engine;

import io.sennit.core.SennitException;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an orchestrator must know after its end, docs/protocol/shards.md §7.4: owners, the number of
 * moves, and the nodes that take nothing new. Changes of a turn are written together; who waits for
 * them is told when they are on the disk. On the store's loop.
 */
final class Journal {
  private static final String OWNERS = "owners";
  private static final String MARKS = "marks";
  private static final int READ = 1 << 20;
  private static final byte[] TERM = {'t'};
  private static final byte[] TOTAL = {'n'};
  private static final byte CORDON = 'c';

  private final Store store;
  private final Consumer<SennitException> failed;
  private Store.@Nullable Batch batch;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean broken;

  Journal(Store store, Consumer<SennitException> failed) {
    this.store = store;
    this.failed = failed;
  }

  private static byte[] key(int shard) {
    return ByteBuffer.allocate(4).putInt(shard).array();
  }

  /** What it was found to hold. */
  record Found(long term, int total, Map<Integer, Owner.Record> owners, TreeSet<String> cordons) {}

  void read(Done<Found> done) {
    var found = new Found(0, 0, new java.util.TreeMap<>(), new TreeSet<>());
    readOwners(new byte[0], found, done);
  }

  private void readOwners(byte[] from, Found found, Done<Found> done) {
    store.readMap(
        OWNERS,
        from,
        READ,
        Done.of(
            entries -> {
              if (entries.isEmpty()) {
                readMarks(found, done);
                return;
              }
              byte[] last = from;
              for (var entry : entries) {
                last = entry.getKey();
                found.owners.put(
                    ByteBuffer.wrap(last).getInt(), Owner.Record.CODEC.decode(entry.getValue()));
              }
              readOwners(java.util.Arrays.copyOf(last, last.length + 1), found, done);
            },
            done::failed));
  }

  private void readMarks(Found found, Done<Found> done) {
    store.readMap(
        MARKS,
        new byte[0],
        READ,
        Done.of(
            entries -> {
              long term = 0;
              int total = 0;
              for (var entry : entries) {
                byte[] key = entry.getKey();
                switch (key[0]) {
                  case 't' -> term = Codec.LONG.decode(entry.getValue());
                  case 'n' -> total = Codec.INT.decode(entry.getValue());
                  default -> found.cordons.add(Codec.STRING.decode(entry.getValue()));
                }
              }
              done.ok(new Found(term, total, found.owners, found.cordons));
            },
            done::failed));
  }

  private Store.Batch batch() {
    var open = batch;
    if (open == null) {
      open = store.batch();
      batch = open;
    }
    return open;
  }

  void owner(Owner owner) {
    batch().put(OWNERS, key(owner.shard), Owner.Record.CODEC.encode(owner.record()));
  }

  void term(long term, int total) {
    batch().put(MARKS, TERM, Codec.LONG.encode(term)).put(MARKS, TOTAL, Codec.INT.encode(total));
  }

  void cordon(String id, boolean on) {
    var text = Codec.STRING.encode(id);
    var key = new byte[text.length + 1];
    key[0] = CORDON;
    System.arraycopy(text, 0, key, 1, text.length);
    if (on) {
      batch().put(MARKS, key, text);
    } else {
      batch().remove(MARKS, key);
    }
  }

  /** Runs when all that was changed so far is durable. */
  void then(Runnable durable) {
    batch();
    waiting.add(durable);
  }

  boolean isDirty() {
    return batch != null;
  }

  /** Writes what was changed since the last time. */
  void flush() {
    var full = batch;
    if (full == null || broken) {
      return;
    }
    var then = waiting;
    batch = null;
    waiting = new ArrayList<>();
    store.commit(
        full,
        Durability.FSYNC,
        Done.of(
            _ -> then.forEach(Runnable::run),
            why -> {
              if (!broken) {
                broken = true;
                failed.accept(why);
              }
            }));
  }
}
