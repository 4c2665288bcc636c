package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.testkit.Recorder;
import io.sennit.testkit.World;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The common ground of contract tests: a fresh world for each test, and after it the checks that
 * hold whatever the test was about: no event out of order, no buffer kept.
 */
public abstract class Contract {
  private final Queue<ByteBuf> given = new ConcurrentLinkedQueue<>();
  private final Queue<Recorder> recorders = new ConcurrentLinkedQueue<>();

  /** What was found wrong on a loop, where an assertion would be lost. */
  protected final Queue<String> wrongs = new ConcurrentLinkedQueue<>();

  /** The world of this test. */
  protected World world;

  /** A fresh world; closed by the contract. */
  protected abstract World world();

  /** Opens the world. */
  @BeforeEach
  protected void openWorld() {
    world = world();
  }

  /** Closes the world and looks at what it leaves. */
  @AfterEach
  protected void closeWorld() {
    world.close();
    for (var recorder : recorders) {
      wrongs.addAll(recorder.wrongs());
    }
    assertThat(wrongs).as("breaches of the contract").isEmpty();
    assertThat(given.stream().filter(b -> b.refCnt() != 0).count())
        .as("buffers given and not released")
        .isZero();
  }

  /** A handler whose breaches are looked at after the test. */
  protected final Recorder recorder() {
    return watched(new Recorder());
  }

  /** Looks at this handler's breaches after the test. */
  protected final Recorder watched(Recorder recorder) {
    recorders.add(recorder);
    return recorder;
  }

  /** A message whose release is looked at after the test. */
  protected final ByteBuf message(byte... bytes) {
    return given(Unpooled.buffer(Math.max(1, bytes.length)).writeBytes(bytes));
  }

  /** Looks at this buffer's release after the test. */
  protected final ByteBuf given(ByteBuf buffer) {
    given.add(buffer);
    return buffer;
  }

  /** Bytes that differ by seed and place. */
  protected static byte[] pattern(int length, int seed) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (seed * 31 + i + (i >> 8) * 7);
    }
    return bytes;
  }

  /** An answer that can be awaited. */
  protected static final class Answer<T> implements Done<T> {
    private final AtomicReference<@Nullable T> value = new AtomicReference<>();
    private final AtomicReference<@Nullable SennitException> why = new AtomicReference<>();
    private volatile int answers;

    /** Not answered. */
    public Answer() {}

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void ok(T result) {
      value.set(result);
      answers++;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void failed(SennitException reason) {
      why.set(reason);
      answers++;
    }

    /** How many times it was answered. */
    public int answers() {
      return answers;
    }

    /** The value, or throws the reason there is none. */
    public T value() {
      var reason = why.get();
      if (reason != null) {
        throw reason;
      }
      var result = value.get();
      if (result == null) {
        throw new IllegalStateException("not answered");
      }
      return result;
    }

    /** Why there is no value. */
    public SennitException why() {
      var reason = why.get();
      if (reason == null) {
        throw new IllegalStateException("not failed: " + value.get());
      }
      return reason;
    }
  }
}
