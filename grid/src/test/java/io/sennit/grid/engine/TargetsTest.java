package io.sennit.grid.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TargetsTest {
  /** The original's registry is a plain table: registering while calls come in is a race. */
  @Test
  @Row("G-W24")
  void w24WhatIsRegisteredAtTheSameTimeIsAllThere() throws Exception {
    int threads = 4;
    try (var executor = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 300; round++) {
        var targets = new Targets();
        var go = new CountDownLatch(1);
        var done = new ArrayList<Future<?>>();
        for (int t = 0; t < threads; t++) {
          int first = 1 + t;
          done.add(
              executor.submit(
                  () -> {
                    go.await();
                    for (int id = first; id < 41; id += threads) {
                      targets.register(id, single(Optional.empty()));
                      targets.register(id, single(Optional.of("route")));
                      assertThat(targets.single(id, null)).isNotNull();
                    }
                    return null;
                  }));
        }
        go.countDown();
        for (var one : done) {
          one.get();
        }
        for (int id = 1; id < 41; id++) {
          assertThat(targets.single(id, null)).as("%d of round %d", id, round).isNotNull();
        }
      }
    }
  }

  private static Targets.Single single(Optional<String> route) {
    return new Targets.Single("name", route, (request, caller) -> request, false);
  }
}
