package io.sennit.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static final int MANY = 200;
  private static final int SIZE = 100_000;

  private final AtomicReference<byte[]> sink = new AtomicReference<>(new byte[0]);

  @Test
  void countsWhatVirtualThreadsAllocate() throws InterruptedException {
    Usage before = Usage.now();
    Thread[] threads = new Thread[MANY];
    for (int i = 0; i < MANY; i++) {
      threads[i] = Thread.ofVirtual().start(() -> sink.set(new byte[SIZE]));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(Usage.now().since(before).allocatedBytes()).isGreaterThanOrEqualTo(MANY * SIZE);
  }

  @Test
  void countsWhatEndedThreadsAllocated() throws InterruptedException {
    Usage before = Usage.now();
    Thread thread = Thread.ofPlatform().start(() -> sink.set(new byte[MANY * SIZE]));
    thread.join();
    assertThat(Usage.now().since(before).allocatedBytes()).isGreaterThanOrEqualTo(MANY * SIZE);
  }
}
