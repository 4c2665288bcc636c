package io.sennit.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Batch;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Contents;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.spi.Store.Entry;
import io.sennit.core.spi.Store.Range;
import io.sennit.core.spi.Store.Stats;
import io.sennit.testkit.World;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One store as a test sees it: every request is made on the owner's loop, and the test goes on when
 * the answer is there. Reads come back as text, which reads well in a failed assertion.
 */
final class StoreUser {
  private final World world;
  private final Fabric fabric;
  private final Loop loop;
  private final Store store;

  private StoreUser(World world, Fabric fabric, Loop loop, Store store) {
    this.world = world;
    this.fabric = fabric;
    this.loop = loop;
    this.store = store;
  }

  /** What a request came to. Filled on the loop, read by the test after its await. */
  static final class Answer<T> implements Done<T> {
    private final Loop loop;
    private volatile @Nullable T value;
    private volatile @Nullable SennitException why;
    private volatile int answers;
    private volatile boolean elsewhere;

    Answer(Loop loop) {
      this.loop = loop;
    }

    @Override
    public void ok(T got) {
      value = got;
      end();
    }

    @Override
    public void failed(SennitException reason) {
      why = reason;
      end();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop writes; elsewhere says if not
    private void end() {
      elsewhere |= !loop.inLoop();
      answers++;
    }

    boolean there() {
      return answers > 0;
    }

    boolean worked() {
      return there() && why == null;
    }

    SennitException failure() {
      assertAnsweredOnce();
      return Objects.requireNonNull(why, "it worked, a failure was expected");
    }

    T value() {
      assertAnsweredOnce();
      var failed = why;
      if (failed != null) {
        throw new AssertionError("failed: " + failed.getMessage(), failed);
      }
      return Objects.requireNonNull(value);
    }

    void assertOk() {
      assertAnsweredOnce();
      var failed = why;
      if (failed != null) {
        throw new AssertionError("failed: " + failed.getMessage(), failed);
      }
    }

    private void assertAnsweredOnce() {
      assertThat(answers).as("answers to one request").isEqualTo(1);
      assertThat(elsewhere).as("answered off the owner's loop").isFalse();
    }
  }

  static StoreUser open(World world, Fabric fabric, String name) {
    var loop = fabric.loop();
    return new StoreUser(world, fabric, loop, opening(world, fabric, loop, name).value());
  }

  static Answer<Store> opening(World world, Fabric fabric, Loop loop, String name) {
    var opened = new Answer<Store>(loop);
    loop.execute(() -> fabric.store(loop, name, opened));
    world.await("the store " + name + " is opened or refused", opened::there);
    return opened;
  }

  /** Closes it on its loop and opens it again. */
  StoreUser reopen(String name) {
    close();
    return new StoreUser(world, fabric, loop, opening(world, fabric, loop, name).value());
  }

  void close() {
    var closed = new AtomicLong();
    onLoop(
        () -> {
          store.close();
          closed.set(1);
        });
    world.await("close returns", () -> closed.get() == 1);
  }

  Loop loop() {
    return loop;
  }

  /** For what must be asked in one turn; on the loop. */
  Store raw() {
    return store;
  }

  void onLoop(Runnable task) {
    loop.execute(task);
  }

  /** Commits and waits for success. */
  void commit(Durability level, Consumer<Batch> fill) {
    tried(level, fill).assertOk();
  }

  /** Commits and waits for whatever comes. */
  Answer<Void> tried(Durability level, Consumer<Batch> fill) {
    var done = new Answer<Void>(loop);
    onLoop(() -> store.commit(filled(fill), level, done));
    world.await("a commit is answered", done::there);
    return done;
  }

  Batch filled(Consumer<Batch> fill) {
    var batch = store.batch();
    fill.accept(batch);
    return batch;
  }

  /** A view of it, used the same way. */
  StoreUser view(String strand) {
    return new StoreUser(world, fabric, loop, got(() -> store.view(strand)));
  }

  /** What a method of the store returns, called on the loop. */
  <T> T got(Supplier<T> what) {
    var seen = new AtomicReference<@Nullable T>();
    onLoop(() -> seen.set(what.get()));
    world.await("a method returns", () -> seen.get() != null);
    return Objects.requireNonNull(seen.get());
  }

  Stats stats() {
    return got(store::stats);
  }

  Contents list() {
    var done = new Answer<Contents>(loop);
    onLoop(() -> store.list(done));
    world.await("the names are told", done::there);
    return done.value();
  }

  /** {@code key=text} of each entry in a range. */
  List<String> map(String map, Range range, int maxBytes) {
    var done = new Answer<List<Map.Entry<byte[], byte[]>>>(loop);
    onLoop(() -> store.readMap(map, range, maxBytes, done));
    world.await("a read of the map " + map + " is answered", done::there);
    return lines(done.value());
  }

  private static List<String> lines(List<Map.Entry<byte[], byte[]>> entries) {
    var lines = new ArrayList<String>();
    for (var entry : entries) {
      lines.add(text(entry.getKey()) + "=" + text(entry.getValue()));
    }
    return lines;
  }

  Answer<List<Entry>> reading(String log, long from, int maxBytes) {
    var done = new Answer<List<Entry>>(loop);
    onLoop(() -> store.readLog(log, from, maxBytes, done));
    world.await("a read of the log " + log + " is answered", done::there);
    return done;
  }

  /** {@code index=text} of each record. */
  List<String> log(String log, long from, int maxBytes) {
    var lines = new ArrayList<String>();
    for (var entry : reading(log, from, maxBytes).value()) {
      lines.add(entry.index() + "=" + text(entry.record()));
    }
    return lines;
  }

  List<String> log(String log) {
    return log(log, 0, Integer.MAX_VALUE);
  }

  List<Map.Entry<byte[], byte[]>> entries(String map, byte[] from, int maxBytes) {
    var done = new Answer<List<Map.Entry<byte[], byte[]>>>(loop);
    onLoop(() -> store.readMap(map, from, maxBytes, done));
    world.await("a read of the map " + map + " is answered", done::there);
    return done.value();
  }

  /** {@code key=text} of each entry. */
  List<String> map(String map, String from, int maxBytes) {
    return lines(entries(map, bytes(from), maxBytes));
  }

  List<String> map(String map) {
    return map(map, "", Integer.MAX_VALUE);
  }

  /** The keys of a map as hex, in the order given. */
  List<String> hexKeys(String map, byte[] from) {
    return entries(map, from, Integer.MAX_VALUE).stream()
        .map(entry -> HexFormat.of().formatHex(entry.getKey()))
        .toList();
  }

  Bounds bounds(String log) {
    var done = new Answer<Bounds>(loop);
    onLoop(() -> store.bounds(log, done));
    world.await("the bounds of " + log + " are answered", done::there);
    return done.value();
  }

  long queuedBytes() {
    return got(store::queuedBytes);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
