package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets longer than their path: at the own interface, farther on, and in a black hole. */
final class PathMtuTest {
  private static final class Port implements Datagrams.Handler {
    final Loop loop;
    final List<Datagrams.Socket> socket = new ArrayList<>();
    final List<Integer> got = new ArrayList<>();
    final List<String> tooLong = new ArrayList<>();

    Port(Simulation simulation, String node) {
      loop = simulation.node(node).loop();
      simulation
          .node(node)
          .datagrams()
          .bind(
              loop,
              Address.of(node, 9),
              4_000,
              1 << 20,
              this,
              Done.of(socket::add, why -> tooLong.add("not bound: " + why)));
    }

    void send(Endpoint to, int length) {
      loop.execute(() -> socket.getFirst().send(to, socket.getFirst().packet().writeZero(length)));
    }

    @Override
    public void packet(Endpoint from, ByteBuf packet) {
      got.add(packet.readableBytes());
    }

    @Override
    public void tooLong(Endpoint to, int bytes, int fits) {
      tooLong.add(bytes + " of " + fits);
    }

    @Override
    public void failed(SennitException why) {}
  }

  private static final Duration A_WHILE = Duration.ofSeconds(1);

  @Test
  void longPacketsAreRefusedAtTheInterfaceLostFartherOnAndThenKnown() {
    try (var simulation = Simulation.of(1)) {
      var a = new Port(simulation, "a");
      var b = new Port(simulation, "b");
      simulation.run(A_WHILE);
      var to = simulation.machine("b").endpoint(9);
      a.send(to, 1472);
      a.send(to, 1473);
      simulation.run(A_WHILE);
      assertThat(b.got).containsExactly(1472);
      assertThat(a.tooLong).containsExactly("1473 of 1472");

      var calm = Weather.calm().path();
      simulation.faults().path("a", "b", calm.with().mtu(1000).build());
      a.send(to, 973);
      simulation.run(A_WHILE);
      assertThat(a.tooLong).as("nobody knows yet").hasSize(1);
      a.send(to, 973);
      a.send(to, 972);
      simulation.run(A_WHILE);
      assertThat(a.tooLong).last().isEqualTo("973 of 972");
      assertThat(b.got).containsExactly(1472, 972);
      assertThat(a.socket.getFirst().stats().droppedPath()).isEqualTo(2);
      simulation.faults().healAll();
      a.send(to, 1472);
      simulation.run(A_WHILE);
      assertThat(b.got).containsExactly(1472, 972, 1472);
      assertThat(simulation.uncaught()).isEmpty();
    }
  }

  @Test
  void aBlackHoleTellsNobody() {
    try (var simulation = Simulation.of(2)) {
      var a = new Port(simulation, "a");
      var b = new Port(simulation, "b");
      simulation.run(A_WHILE);
      var to = simulation.machine("b").endpoint(9);
      var calm = Weather.calm().path();
      simulation.faults().path("a", "b", calm.with().blackHoleAbove(1000).build());
      for (int i = 0; i < 5; i++) {
        a.send(to, 1200);
        simulation.run(A_WHILE);
      }
      a.send(to, 972);
      simulation.run(A_WHILE);
      assertThat(a.tooLong).isEmpty();
      assertThat(b.got).containsExactly(972);
    }
  }

  @Test
  void whatArrivesFasterThanItIsReadIsDroppedAndCounted() {
    try (var simulation = Simulation.of(3)) {
      var a = new Port(simulation, "a");
      var b = new Port(simulation, "b");
      simulation.run(A_WHILE);
      var to = simulation.machine("b").endpoint(9);
      for (int i = 0; i < 700; i++) {
        a.send(to, 1400);
      }
      simulation.run(A_WHILE);
      var stats = b.socket.getFirst().stats();
      assertThat(stats.droppedKernel()).isPositive();
      assertThat(stats.droppedKernel() + stats.received()).isEqualTo(700);
    }
  }
}
