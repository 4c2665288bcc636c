package io.sennit.grid;

import io.sennit.core.Address;
import io.sennit.core.Tls;
import io.sennit.testkit.SocketWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Real sockets; each node is reached through a relay that can cut. */
final class SocketPlace extends Place {
  private final @Nullable Tls tls;
  private final List<Relay> relays = new ArrayList<>();

  SocketPlace(@Nullable Tls tls) {
    super(new SocketWorld());
    this.tls = tls;
  }

  @Override
  @Nullable Tls tls() {
    return tls;
  }

  @Override
  String nameOf(int node) {
    while (relays.size() <= node) {
      relays.add(new Relay());
    }
    return (tls == null ? "http://" : "https://") + "127.0.0.1:" + relays.get(node).port();
  }

  @Override
  void listensAt(int node, Address at) {
    relays.get(node).to(at);
  }

  @Override
  void run(Runnable scenario) {
    scenario.run();
  }

  @Override
  void until(String what, BooleanSupplier condition) {
    world.await(what, condition);
  }

  @Override
  void pass(Duration time) {
    world.elapse(time);
  }

  @Override
  void cut(int one, int other) {
    // With two nodes there is one connection, through the relay of whom is dialed.
    relays.get(one).cut();
    relays.get(other).cut();
  }

  @Override
  Duration tick() {
    return Duration.ofMillis(400);
  }

  @Override
  void closeOwn() {
    relays.forEach(Relay::close);
  }
}
