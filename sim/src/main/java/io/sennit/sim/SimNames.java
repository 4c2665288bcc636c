package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lookups of one process: a node's name is its machine; so is its address. */
final class SimNames implements Names {
  private static final long LONGEST_NANOS = 5_000_000_000L;
  private static final long USUAL_NANOS = 500_000;

  private final Life life;
  private final SplittableRandom random;

  SimNames(Life life, SplittableRandom random) {
    this.life = life;
    this.random = random;
  }

  /** Finds the machine of a host, or null; answers after a while. */
  void lookUp(String host, Consumer<@Nullable Machine> done) {
    var simulation = life.simulation();
    var book = simulation.nameBook();
    boolean literal = ip(host) != null;
    long delay = literal ? 0 : random.nextLong(1_000, USUAL_NANOS) + book.slowness(host);
    if (delay > LONGEST_NANOS) {
      simulation.after(Event.of(life, () -> done.accept(null)), LONGEST_NANOS);
      return;
    }
    simulation.after(Event.of(life, () -> done.accept(book.machine(life, host))), delay);
  }

  @Override
  public void resolve(Loop loop, String name, boolean service, Done<List<Endpoint>> done) {
    var on = (SimLoop) loop;
    if (life.isClosed()) {
      on.input(() -> done.failed(life.over()));
      return;
    }
    if (service) {
      var simulation = life.simulation();
      long delay = Math.min(LONGEST_NANOS, USUAL_NANOS + simulation.nameBook().slowness(name));
      simulation.after(Event.of(life, () -> on.input(() -> answerService(name, done))), delay);
      return;
    }
    Address address;
    try {
      address = Address.parse(name);
    } catch (ConfigException e) {
      on.input(() -> done.failed(e));
      return;
    }
    var ip = ip(address.host());
    if (ip != null) {
      on.input(() -> done.ok(List.of(Endpoint.of(ip, address.port()))));
      return;
    }
    lookUp(
        address.host(),
        machine ->
            on.input(
                () -> {
                  if (machine == null) {
                    done.failed(unknown(name));
                  } else {
                    done.ok(List.of(machine.endpoint(address.port())));
                  }
                }));
  }

  private void answerService(String name, Done<List<Endpoint>> done) {
    var book = life.simulation().nameBook();
    var found = new ArrayList<Endpoint>();
    for (var address : book.service(name)) {
      var machine = book.machine(life, address.host());
      if (machine != null) {
        found.add(machine.endpoint(address.port()));
      }
    }
    if (found.isEmpty()) {
      done.failed(unknown(name));
    } else {
      done.ok(found);
    }
  }

  private static DisconnectedException unknown(String name) {
    return new DisconnectedException(
        "cannot look up " + name, ErrorContext.advice("Check the name."));
  }

  /** The bytes of a literal address, or null for a name. */
  static byte @Nullable [] ip(String host) {
    if (host.equals("::1")) {
      var loopback = new byte[16];
      loopback[15] = 1;
      return loopback;
    }
    var parts = host.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    var bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (parts[i].isEmpty()
          || parts[i].length() > 3
          || !parts[i].chars().allMatch(c -> c >= '0' && c <= '9')
          || Integer.parseInt(parts[i]) > 255) {
        return null;
      }
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return bytes;
  }
}
