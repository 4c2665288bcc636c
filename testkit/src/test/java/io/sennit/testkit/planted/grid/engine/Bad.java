package io.sennit.testkit.planted.grid.engine;

import io.sennit.testkit.planted.mesh.Notice;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Everything an engine must not do, each thing once. */
class Bad {
  static int counter;
  static final List<String> SHARED = new ArrayList<>();
  static final ArrayList<String> HELD = new ArrayList<>();
  static final byte[] OPEN = {1};

  final Notice fromAnotherStrand = new Notice();
  final ReentrantLock lock = new ReentrantLock();
  final CompletableFuture<String> future = new CompletableFuture<>();

  final LongSupplier reference = System::nanoTime;

  Object calls() throws Exception {
    var all = new ArrayList<Object>();
    all.add(System.currentTimeMillis());
    all.add(Instant.now());
    all.add(LocalDateTime.now(ZoneId.systemDefault()));
    all.add(Clock.systemUTC());
    all.add(UUID.randomUUID());
    all.add(Math.random());
    all.add(new Random(1));
    all.add(ThreadLocalRandom.current());
    all.add(new SecureRandom());
    all.add(new Thread(() -> {}));
    all.add(Executors.newSingleThreadExecutor());
    all.add(new Timer());
    all.add(SHARED.parallelStream());
    all.add(SHARED.stream().parallel());
    all.add(new HashMap<>());
    all.add(new HashSet<>());
    all.add(Map.of());
    all.add(Set.of());
    all.add(Map.copyOf(new HashMap<>()));
    all.add(Set.copyOf(SHARED));
    all.add(SHARED.stream().collect(Collectors.toSet()));
    all.add(SHARED.stream().collect(Collectors.toMap(s -> s, s -> s)));
    all.add(System.identityHashCode(this));
    all.add(Math.pow(2, 3));
    all.add(Locale.getDefault());
    all.add(System.getenv("HOME"));
    all.add(System.getProperty("user.home"));
    return all;
  }

  synchronized void method() {}

  void block() {
    synchronized (this) {
      counter++;
    }
  }
}
