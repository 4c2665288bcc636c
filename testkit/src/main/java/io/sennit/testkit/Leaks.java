package io.sennit.testkit;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After a test class no thread of ours may remain that was not there before:
 * {@code @ExtendWith(Leaks.class)}. Ours are those whose names start with {@value #PREFIX}, and the
 * virtual threads that run user code for us; they have 5 s to end. The helpers do the same for
 * buffers.
 */
public final class Leaks implements BeforeAllCallback, AfterAllCallback {
  /** How the names of our threads begin. */
  public static final String PREFIX = "sennit-";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(Leaks.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(SPACE).put(Leaks.class, ours());
  }

  @Override
  @SuppressWarnings("unchecked") // put there by beforeAll
  public void afterAll(ExtensionContext context) {
    var before =
        (Set<Thread>) context.getStore(SPACE).getOrDefault(Leaks.class, Set.class, Set.of());
    noThreadsBut(before, PATIENCE);
    noVirtualThreads(PATIENCE);
  }

  /**
   * Waits until no virtual thread runs user code for us.
   *
   * @throws AssertionError naming those that do and where they stand
   */
  public static void noVirtualThreads(Duration patience) {
    try {
      Awaitility.await().atMost(patience).until(() -> VirtualThreads.ours().isEmpty());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("virtual threads remain: " + VirtualThreads.ours(), e);
    }
  }

  /** Threads of ours that live now. */
  public static Set<Thread> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(PREFIX) && thread.isAlive())
        .collect(Collectors.toSet());
  }

  /**
   * Waits until no thread of ours lives but those known.
   *
   * @throws AssertionError naming the others and where they stand
   */
  public static void noThreadsBut(Set<Thread> known, Duration patience) {
    try {
      Awaitility.await().atMost(patience).until(() -> known.containsAll(ours()));
    } catch (ConditionTimeoutException e) {
      var left = new ArrayList<String>();
      for (var thread : ours()) {
        if (!known.contains(thread)) {
          var stack = thread.getStackTrace();
          left.add(thread.getName() + (stack.length == 0 ? "" : " at " + stack[0]));
        }
      }
      throw new AssertionError("threads remain: " + left, e);
    }
  }

  /**
   * Insists that all buffers were released.
   *
   * @throws AssertionError naming those that were not
   */
  public static void released(Collection<? extends ByteBuf> buffers) {
    List<String> held =
        buffers.stream()
            .filter(buffer -> buffer.refCnt() != 0)
            .map(buffer -> buffer + " held " + buffer.refCnt() + " times")
            .toList();
    if (!held.isEmpty()) {
      throw new AssertionError("buffers not released: " + held);
    }
  }
}
