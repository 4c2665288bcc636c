package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.spi.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What names mean at the moment, for the whole cluster. */
final class NameBook {
  private sealed interface Trouble {
    Fault fault();
  }

  private record Vanished(Fault fault) implements Trouble {}

  private record Slow(Fault fault, long nanos) implements Trouble {}

  private record Flipped(Fault fault, String to) implements Trouble {}

  private final Simulation simulation;
  private final Map<String, List<Trouble>> troubles = new TreeMap<>();
  private final Map<String, List<Address>> services = new TreeMap<>();

  NameBook(Simulation simulation) {
    this.simulation = simulation;
  }

  private List<Trouble> of(String name) {
    return troubles.isEmpty() ? List.of() : troubles.getOrDefault(name, List.of());
  }

  /** How much longer a lookup takes now. */
  long slowness(String name) {
    long nanos = 0;
    for (var one : of(name)) {
      if (one instanceof Slow slow) {
        slow.fault.meets();
        nanos = Math.max(nanos, slow.nanos);
      }
    }
    return nanos;
  }

  /** The machine that a host means to a process, or null. */
  @Nullable Machine machine(Life asking, String host) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("::1")) {
      return asking.machine();
    }
    String name = host;
    for (var one : of(host)) {
      switch (one) {
        case Vanished gone -> {
          gone.fault.meets();
          return null;
        }
        case Flipped flipped -> {
          flipped.fault.meets();
          name = flipped.to;
        }
        case Slow _ -> {}
      }
    }
    var ip = SimNames.ip(name);
    return ip == null
        ? simulation.machines().known(name)
        : simulation.machines().at(Endpoint.of(ip, 0));
  }

  List<Address> service(String name) {
    for (var one : of(name)) {
      if (one instanceof Vanished gone) {
        gone.fault.meets();
        return List.of();
      }
    }
    return services.getOrDefault(name, List.of());
  }

  private void add(String name, Trouble trouble) {
    troubles.computeIfAbsent(name, _ -> new ArrayList<>()).add(trouble);
  }

  void vanish(String name, Fault by) {
    add(name, new Vanished(by));
  }

  void slow(String name, long nanos, Fault by) {
    add(name, new Slow(by, nanos));
  }

  void flip(String name, String to, Fault by) {
    add(name, new Flipped(by, to));
  }

  void clear(String name, Fault by) {
    var known = troubles.get(name);
    if (known != null) {
      known.removeIf(one -> one.fault() == by);
      if (known.isEmpty()) {
        troubles.remove(name);
      }
    }
  }

  void define(String service, List<Address> at) {
    services.put(service, List.copyOf(at));
  }
}
