package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sennit.core.CancelledException;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RemoteException;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Runner;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The original's weaknesses in handlers and the streams they serve. */
class HandlerWeaknessTest extends Weakness {
  /**
   * The original takes the credits of a stream from whichever subroute of the handler was
   * registered last, and then ends streams of the others as blocked.
   */
  @Test
  @Row("G-W14")
  void w14EachSubrouteHasItsOwnCapacities() {
    place.run(
        () -> {
          place.mesh(2, b -> b.extensions(false));
          var go = place.new Bell();
          Manager.StreamCode count =
              (first, in, out, caller) -> {
                go.await();
                int n = 0;
                for (var item : in) {
                  n += item.length;
                }
                out.send(bytes("" + n));
              };
          var capacities = Map.of("few", 1, "many", 6, "some", 3);
          for (var m : place.managers) {
            for (var route : List.of("few", "many", "some")) {
              m.registerStreaming(5, capacities.getOrDefault(route, 0), 1, count, route);
            }
          }
          var open = new ArrayList<GridStream>();
          for (var route : List.of("few", "many", "some")) {
            var stream = there().subroute(route).open(5, bytes("p"));
            open.add(stream);
            int credits = capacities.getOrDefault(route, 0);
            stream.send(new byte[1]); // waits for the ack
            int more = 0;
            while (stream.trySend(new byte[1])) {
              more++;
            }
            assertThat(1 + more).as(route).isEqualTo(credits);
          }
          go.ring();
          for (var stream : open) {
            stream.endInput();
          }
          assertThat(open.stream().map(s -> text(s.receive().orElseThrow())).toList())
              .containsExactly("1", "6", "3");
          assertThat(open).allSatisfy(s -> assertThat(s.receive()).isEmpty());
          place.awaitEmpty();
        });
  }

  /**
   * In the original handlers are unlimited; here those count that do not stop when told to, too.
   */
  @Test
  @Row({"G-W15", "G-busy"})
  void w15AHandlerCountsUntilItReturns() {
    place.run(
        () -> {
          place.mesh(2, b -> b.maxHandlers(2));
          var go = place.new Bell();
          var running = new AtomicInteger();
          Runnable stubborn =
              () -> {
                running.incrementAndGet();
                while (!go.hasRung()) {
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    // it works on
                  }
                }
                running.decrementAndGet();
              };
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    stubborn.run();
                    return request;
                  });
          place.managers.forEach(
              m -> m.registerStreaming(5, 1, 1, (first, in, out, caller) -> stubborn.run()));
          var call = there().callAsync(7, bytes("x"), within(Duration.ofSeconds(20)));
          var stream = there().open(5, bytes("p"));
          place.until("both to run", () -> running.get() == 2);
          call.cancel(true);
          stream.cancel();
          place.pass(Duration.ofSeconds(1));
          assertThat(running).hasValue(2);
          assertThatThrownBy(() -> there().call(7, bytes("x")))
              .isInstanceOfSatisfying(
                  NodeBusyException.class,
                  e -> {
                    assertThat(e).hasMessageContaining("busy: 2 handlers");
                    assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN);
                  });
          go.ring();
          place.until("both to return", () -> running.get() == 0);
          place.awaitEmpty();
          for (int i = 0; i < 5; i++) {
            assertThat(there().call(7, bytes("x"))).isEqualTo(bytes("x"));
            assertThat(there().open(5, bytes("p")).receive()).isEmpty();
          }
        });
  }

  record Ask(int num) {}

  /**
   * The original logs an item it cannot decode and goes on with a half-filled one, and a sender may
   * hang after its stream was cancelled.
   */
  @Test
  @Row("G-W18")
  void w18WhatCannotBeDecodedEndsItsStream() {
    var typed =
        StreamHandler.of(
            "typed", 41, Codec.of(Ask.class), Codec.of(Ask.class), Codec.of(Ask.class));
    place.run(
        () -> {
          place.mesh(2, b -> b.window(1024));
          var stopped = new AtomicInteger();
          var took = new CopyOnWriteArrayList<Ask>();
          // a handler whose items are none
          place
              .manager(1)
              .registerStreaming(
                  41,
                  1,
                  1,
                  (first, in, out, caller) -> {
                    try {
                      out.send(new byte[] {(byte) 0xc1});
                      place.new Bell().await();
                    } finally {
                      stopped.incrementAndGet();
                    }
                  },
                  "odd");
          typed.serve(
              place.manager(1),
              (first, in, out, caller) -> {
                for (var ask : in) {
                  took.add(ask);
                }
              });
          var odd = typed.open(there().subroute("odd"), new Ask(1));
          assertThatThrownBy(odd::receive).isInstanceOf(ProtocolException.class);
          place.until("its handler to be stopped", () -> stopped.get() == 1);
          // a caller whose items are none
          place.manager(0).registerStreaming(41, 1, 1, (first, in, out, caller) -> {});
          var raw = there().open(41, Codec.of(Ask.class).encode(new Ask(1)));
          raw.send(Codec.of(Ask.class).encode(new Ask(7)));
          raw.send(new byte[] {(byte) 0xc1});
          raw.endInput();
          assertThatThrownBy(raw::receive).isInstanceOf(RemoteException.class);
          assertThat(took).containsExactly(new Ask(7));
          // senders that wait are freed
          place
              .manager(1)
              .registerStreaming(
                  41, 1, 1, (first, in, out, caller) -> place.new Bell().await(), "deaf");
          var deaf = typed.open(there().subroute("deaf"), new Ask(1));
          var freed = new CopyOnWriteArrayList<Throwable>();
          for (int i = 0; i < 4; i++) {
            place.spawn(
                "sender",
                () ->
                    freed.add(
                        catchThrowable(
                            () -> {
                              while (true) {
                                deaf.send(new Ask(1));
                              }
                            })));
          }
          place.pass(Duration.ofMillis(50));
          assertThat(freed).isEmpty();
          deaf.cancel();
          place.until("all four to be freed", () -> freed.size() == 4);
          assertThat(freed).allMatch(e -> e instanceof CancelledException);
          place.awaitEmpty();
        });
  }

  /** The original starts five tasks and more for a stream at its server, two to four here. */
  @Test
  @Row("G-W25")
  void w25AStreamIsOneTaskAtItsServerAndNoneHere() {
    var started = new ConcurrentHashMap<String, AtomicInteger>();
    place.close();
    place =
        new SimPlace(Simulation.of(11)) {
          @Override
          Fabric fabric(int node) {
            return counting(
                super.fabric(node), started.computeIfAbsent("n" + node, _ -> new AtomicInteger()));
          }
        };
    place.run(
        () -> {
          place.mesh(2);
          var go = place.new Bell();
          place.managers.forEach(
              m ->
                  m.registerStreaming(
                      5,
                      1,
                      1,
                      (first, in, out, caller) -> {
                        go.await();
                        for (var item : in) {
                          out.send(item);
                        }
                      }));
          started.values().forEach(n -> n.set(0));
          var open = new ArrayList<GridStream>();
          for (int i = 0; i < 50; i++) {
            var stream = there().open(5, bytes("p"));
            stream.send(bytes("a"));
            stream.endInput();
            open.add(stream);
          }
          place.until("all to run", () -> place.from(1, 0).stats().incomingStreams() == 50);
          go.ring();
          for (var stream : open) {
            assertThat(stream.receive()).hasValue(bytes("a"));
            assertThat(stream.receive()).isEmpty();
          }
          assertThat(started.get("n0")).hasValue(0);
          assertThat(started.get("n1")).hasValue(50);
          place.awaitEmpty();
        });
  }

  private static Fabric counting(Fabric fabric, AtomicInteger starts) {
    return proxy(
        Fabric.class,
        fabric,
        (what, result) ->
            what.equals("runner") && result instanceof Runner runner
                ? proxy(
                    Runner.class,
                    runner,
                    (how, future) -> {
                      if (how.equals("start")) {
                        starts.incrementAndGet();
                      }
                      return future;
                    })
                : result);
  }

  private static <T> T proxy(
      Class<T> type, T of, java.util.function.BiFunction<String, Object, Object> seen) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return seen.apply(method.getName(), method.invoke(of, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
