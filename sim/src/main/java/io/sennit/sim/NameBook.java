package io.sennit.sim;

import io.sennit.core.Address;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What names mean at the moment, for the whole cluster. */
final class NameBook {
  private final Simulation simulation;
  private final Map<String, String> flipped = new TreeMap<>();
  private final Map<String, Integer> gone = new TreeMap<>();
  private final Map<String, Long> slow = new TreeMap<>();
  private final Map<String, List<Address>> services = new TreeMap<>();

  NameBook(Simulation simulation) {
    this.simulation = simulation;
  }

  long slowness(String name) {
    return slow.getOrDefault(name, 0L);
  }

  @Nullable Machine machine(Life asking, String host) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("::1")) {
      return asking.machine();
    }
    if (gone.getOrDefault(host, 0) > 0) {
      return null;
    }
    for (var machine : simulation.machines()) {
      if (machine.ipText().equals(host)) {
        return machine;
      }
    }
    return simulation.knownMachine(flipped.getOrDefault(host, host));
  }

  List<Address> service(String name) {
    return gone.getOrDefault(name, 0) > 0 ? List.of() : services.getOrDefault(name, List.of());
  }

  void vanish(String name, int more) {
    gone.merge(name, more, (a, b) -> Math.max(0, a + b));
  }

  void slow(String name, long nanos) {
    slow.put(name, nanos);
  }

  void flip(String name, String to) {
    flipped.put(name, to);
  }

  void define(String service, List<Address> at) {
    services.put(service, List.copyOf(at));
  }

  void heal() {
    gone.clear();
    slow.clear();
    flipped.clear();
  }
}
