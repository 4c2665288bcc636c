package io.sennit.causal;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups as their users see them, in virtual time: operations, data types, restarts. */
@Timeout(60)
class DataTypesTest {
  private static final Group<String> GROUP = Group.of("g", Codec.STRING);
  private static final int PORT = 7400;

  private final Simulation simulation = Simulation.of(8);
  private final TreeMap<String, Address> addresses = new TreeMap<>();
  private final TreeMap<String, CausalGroup<String>> groups = new TreeMap<>();
  private final TreeMap<String, Causal> causals = new TreeMap<>();
  private final TreeMap<String, CausalGroup<Integer>> more = new TreeMap<>();
  private final TreeMap<String, List<String>> state = new TreeMap<>();

  @BeforeEach
  void begin() {
    for (var name : List.of("a", "b", "c")) {
      addresses.put(name, Address.of(name, PORT));
    }
    for (var name : addresses.keySet()) {
      simulation.boot(name, fabric -> live(name, fabric));
    }
    until(() -> groups.size() == 3);
  }

  @AfterEach
  void end() {
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  private void live(String name, Fabric fabric) {
    var loop = fabric.loop();
    var causal =
        new Causal(
            loop,
            fabric.links(),
            fabric.runner(),
            name,
            addresses,
            (_, _) -> true,
            first -> {
              first.listen(Address.of(name, PORT));
              loop.execute(
                  () ->
                      fabric.store(
                          loop,
                          "causal",
                          Done.of(
                              first::storeOpened,
                              why -> {
                                throw why;
                              })));
            });
    var told = new ArrayList<String>();
    state.put(name, told);
    causals.put(name, causal);
    groups.put(name, causal.join(GROUP, new Told(told)));
    assertThatThrownBy(() -> causal.join(GROUP, new Told(told)))
        .isInstanceOf(ConfigException.class);
  }

  /** Writes down what it applies; throws on the word {@code bad}. */
  private record Told(List<String> told) implements GroupHandler<String> {
    @Override
    public void apply(String operation, Stamp stamp, GroupWrites writes) {
      writes.put(Octets.utf8("%04d".formatted(told.size())), Octets.utf8(operation).toBytes());
      if (operation.equals("bad")) {
        throw new IllegalStateException("a bad word");
      }
      told.add(operation);
    }

    @Override
    public void reset() {
      told.clear();
    }

    @Override
    public void restored(Octets key, byte[] value) {
      told.add(Octets.of(value).text());
    }
  }

  private CausalGroup<String> at(String name) {
    var group = groups.get(name);
    if (group == null) {
      throw new AssertionError("no " + name);
    }
    return group;
  }

  private void until(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, Duration.ofSeconds(30))).isTrue();
  }

  /** As a user's thread does; while the store opens, again. */
  private <T> T call(Callable<T> code) {
    return simulation.call(
        () -> {
          while (true) {
            try {
              return code.call();
            } catch (RejectedException e) {
              assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN);
              simulation.sleep(Duration.ofMillis(10));
            }
          }
        });
  }

  @Test
  @Row({"C-await-visible", "C-status"})
  void publishedIsAppliedEverywhereAndTellsWhoHasIt() {
    var stamp = call(() -> at("a").publish("hello"));
    var seen =
        call(() -> at("a").awaitVisible(stamp, at("a").members(), within(Duration.ofSeconds(9))));
    assertThat(seen).isInstanceOf(Visibility.Everywhere.class);
    assertThat(state.values()).allMatch(told -> told.equals(List.of("hello")));
    simulation.faults().isolate("c");
    var next = call(() -> at("a").publish("again"));
    var some =
        call(() -> at("a").awaitVisible(next, at("a").members(), within(Duration.ofSeconds(1))));
    assertThat(some).isEqualTo(new Visibility.StillMissing(List.of("c")));
    var status = call(() -> at("a").status(within(Duration.ofSeconds(1))));
    assertThat(status.durable()).isEqualTo(2);
    assertThat(status.stable()).isEqualTo(1);
    assertThat(status.members().get(1).lag()).isEqualTo(1);
  }

  /** In the original, connections of one group reach another's receiver. */
  @Test
  @Row("C-F-9")
  void groupsOfOneProcessDoNotMeet() {
    var other = Group.of("other", Codec.INT);
    var numbers = new TreeMap<String, List<Integer>>();
    causals.forEach(
        (name, causal) -> {
          numbers.put(name, new ArrayList<>());
          more.put(
              name,
              causal.join(
                  other,
                  (number, stamp, writes) ->
                      numbers.getOrDefault(name, new ArrayList<>()).add(number)));
        });
    call(() -> at("a").publish("word"));
    call(() -> first(more).publish(7));
    until(() -> numbers.values().stream().allMatch(told -> told.equals(List.of(7))));
    until(() -> state.values().stream().allMatch(told -> told.equals(List.of("word"))));
    assertThat(first(more).orSet("s", Codec.STRING).size()).isZero();
  }

  private static CausalGroup<Integer> first(TreeMap<String, CausalGroup<Integer>> groups) {
    return groups.firstEntry().getValue();
  }

  /** The original's process is ended by it, and again at every start. */
  @Test
  @Row({"C-poison", "C-F-13"})
  void aPoisonedOperationGoesToTheDeadLetters() {
    call(() -> at("a").publish("one"));
    call(() -> at("a").publish("bad"));
    call(() -> at("a").publish("two"));
    until(() -> state.values().stream().allMatch(told -> told.equals(List.of("one", "two"))));
    assertThat(groups.values()).allMatch(group -> group.deadLetters() == 1);
    simulation.faults().restart("b");
    until(() -> List.of("one", "two").equals(state.get("b")));
  }

  @Test
  @Row({"C-crdt-observe", "C-OrSet"})
  void aSetIsSharedAndWatched() {
    var changes = new ArrayList<String>();
    var there = at("b").orSet("s", Codec.STRING);
    var watch =
        there.watch(
            change ->
                changes.add(
                    switch (change) {
                      case OrSet.Change.Added<String>(var value, var _) -> "+" + value;
                      case OrSet.Change.Removed<String>(var value, var _) -> "-" + value;
                    }));
    var here = at("a").orSet("s", Codec.STRING);
    call(() -> here.add("x"));
    assertThat(here.contains("x")).isTrue();
    call(() -> here.add("y"));
    until(() -> there.size() == 2);
    assertThat(call(() -> there.remove("x"))).isTrue();
    assertThat(call(() -> there.remove("x"))).isFalse();
    until(() -> !here.contains("x"));
    until(() -> changes.equals(List.of("+x", "+y", "-x")));
    watch.close();
    call(() -> here.add("z"));
    until(() -> there.values().equals(List.of("y", "z")));
    assertThat(changes).hasSize(3);
    assertThatThrownBy(() -> at("a").orSet("no name", Codec.STRING))
        .isInstanceOf(ConfigException.class);
  }

  /** Both sides of a partition write; after it all are equal and an adding wins. */
  @Test
  @Row({"C-add-wins", "C-OrMap", "C-MvRegister", "C-LwwRegister", "C-PnCounter"})
  void aPartitionEndsInTheSameEverywhere() {
    call(() -> at("a").orSet("s", Codec.STRING).add("both"));
    until(() -> at("c").orSet("s", Codec.STRING).contains("both"));
    var cut = simulation.faults().isolate("c");
    call(() -> at("a").orSet("s", Codec.STRING).remove("both"));
    call(() -> at("c").orSet("s", Codec.STRING).add("both"));
    call(() -> at("a").orSet("s", Codec.STRING).add("a"));
    call(() -> at("a").orMap("m", Codec.STRING, Codec.INT).put("k", 1));
    call(() -> at("c").orMap("m", Codec.STRING, Codec.INT).put("k", 2));
    call(() -> at("a").register("r", Codec.STRING).set("left"));
    call(() -> at("c").register("r", Codec.STRING).set("right"));
    call(() -> at("a").counter("n").add(5));
    call(() -> at("c").counter("n").add(-2));
    cut.heal();
    for (var name : addresses.keySet()) {
      until(() -> at(name).counter("n").value() == 3);
      assertThat(at(name).orSet("s", Codec.STRING).values()).containsExactly("a", "both");
      var map = at(name).orMap("m", Codec.STRING, Codec.INT);
      assertThat(map.getAll("k")).containsExactlyInAnyOrder(1, 2);
      assertThat(map.get("k")).isEqualTo(at("a").orMap("m", Codec.STRING, Codec.INT).get("k"));
      var register = at(name).register("r", Codec.STRING);
      assertThat(register.getAll()).containsExactlyInAnyOrder("left", "right");
      assertThat(register.get()).contains(register.getAll().getFirst());
    }
    call(() -> at("b").register("r", Codec.STRING).set("now"));
    call(() -> at("b").orMap("m", Codec.STRING, Codec.INT).remove("k"));
    until(() -> at("c").register("r", Codec.STRING).getAll().equals(List.of("now")));
    until(() -> at("c").orMap("m", Codec.STRING, Codec.INT).size() == 0);
  }

  @Test
  @Row("C-crdt-restart")
  void aMemberThatStartsAgainHasWhatWasDurable() {
    call(() -> at("a").orSet("s", Codec.STRING).add("x"));
    call(() -> at("a").orMap("m", Codec.STRING, Codec.INT).put("k", 7));
    call(() -> at("a").counter("n").add(4));
    call(() -> at("a").publish("word"));
    simulation.faults().powerCut("a");
    groups.remove("a");
    simulation.faults().restart("a");
    until(() -> groups.containsKey("a") && at("a").counter("n").value() == 4);
    assertThat(at("a").orSet("s", Codec.STRING).values()).containsExactly("x");
    assertThat(at("a").orMap("m", Codec.STRING, Codec.INT).get("k")).contains(7);
    until(() -> List.of("word").equals(state.get("a")));
    call(() -> at("a").orSet("s", Codec.STRING).remove("x"));
    until(() -> at("b").counter("n").value() == 4);
    until(() -> at("b").orSet("s", Codec.STRING).size() == 0);
  }
}
