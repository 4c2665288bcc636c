package io.sennit.sim;

import io.sennit.core.spi.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All machines of a simulation, by name in the order of their first use, by number, by address. */
final class Machines {
  private static final int NET = 10 << 24;
  private static final int MOVED = 128 << 16; // the part of the net for second addresses

  private final Simulation simulation;
  private final Map<String, Machine> byName = new LinkedHashMap<>();
  private final List<Machine> byNumber = new ArrayList<>();
  private final Map<Integer, Machine> byIp = new HashMap<>(); // never iterated
  private int moves;

  Machines(Simulation simulation) {
    this.simulation = simulation;
  }

  /** The machine of that name, there from now on. */
  Machine named(String name) {
    var known = byName.get(name);
    if (known == null) {
      int number = byName.size() + 1;
      known = new Machine(simulation, name, number, ip(0, number));
      byName.put(name, known);
      byNumber.add(known);
      byIp.put(known.ip(), known);
    }
    return known;
  }

  @Nullable Machine known(String name) {
    return byName.get(name);
  }

  @Nullable Machine at(Endpoint place) {
    boolean v4 = place.ipHigh() == 0 && place.ipLow() >>> 32 == 0xffff;
    return v4 ? byIp.get((int) place.ipLow()) : null;
  }

  /** Gives a machine an address that none ever had; nobody answers at its old one. */
  void move(Machine machine) {
    byIp.remove(machine.ip());
    machine.move(ip(MOVED, moves++));
    byIp.put(machine.ip(), machine);
  }

  private static int ip(int part, int n) {
    return NET | part | (n / 250) << 8 | (n % 250 + 1);
  }

  Collection<Machine> all() {
    return byNumber;
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  String nameOf(int number) {
    return byNumber.get(number - 1).name;
  }
}
