package io.sennit.cli.demo;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.core.codec.NoValue;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.grid.SingleHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A worker that sends packets to others as it is told, and counts those that come. */
final class PacketWorker implements DemoChapter, Datagrams.Handler {
  /** So many packets to the worker at an address. */
  record Ask(String to, int packets) {}

  /** How many came, by the address they came from. */
  record Got(Map<String, Integer> from) {}

  static final SingleHandler<Ask, Integer> SEND =
      SingleHandler.of("send", 110, Codec.of(Ask.class), Codec.INT);
  static final SingleHandler<NoValue, Got> GOT =
      SingleHandler.of("got", 111, Codec.NONE, Codec.of(Got.class));

  /** Whether the worker with a host string answers this one by links, 1 or 0. */
  static final SingleHandler<Ask, Integer> REACHES =
      SingleHandler.of("reaches", 112, Codec.of(Ask.class), Codec.INT);

  private final Map<String, Integer> got = new TreeMap<>(); // guarded by itself

  /** Its process. */
  public static void main(String[] args) throws Exception {
    // the mesh would have the port, and send packets of its own
    WorkerMain.run(List.of(new PacketWorker()), node -> node.set("mesh.enabled", "false"));
  }

  @Override
  public String name() {
    return "packets";
  }

  @Override
  public int order() {
    return 1;
  }

  @Override
  public void worker(WorkerScope scope) {
    var loop = scope.fabric().quietLoop();
    var bound = new CompletableFuture<Datagrams.Socket>();
    scope
        .fabric()
        .datagrams()
        .bind(
            loop,
            scope.node().address(),
            1_400,
            1 << 20,
            this,
            Done.of(bound::complete, bound::completeExceptionally));
    var socket = bound.join();
    var grid = scope.node().grid();
    SEND.serve(grid, (ask, caller) -> send(loop, socket, ask));
    GOT.serve(
        grid,
        (none, caller) -> {
          synchronized (got) {
            return new Got(new TreeMap<>(got));
          }
        });
    REACHES.serve(
        grid,
        (ask, caller) -> {
          try {
            var to = grid.connection(ask.to()).orElseThrow();
            GOT.call(to, NoValue.NONE, Within.within(Duration.ofMillis(500)));
            return 1;
          } catch (SennitException e) {
            return 0;
          }
        });
  }

  private static int send(Loop loop, Datagrams.Socket socket, Ask ask) {
    var to = Address.parse(ask.to());
    var peer = Endpoint.of(InetAddress.ofLiteral(to.host()).getAddress(), to.port());
    var taken = new CompletableFuture<Integer>();
    loop.execute(
        () -> {
          int sent = 0;
          for (int i = 0; i < ask.packets(); i++) {
            sent += socket.send(peer, socket.packet().writeInt(i)) ? 1 : 0;
          }
          taken.complete(sent);
        });
    return taken.join();
  }

  @Override
  public void packet(Endpoint from, ByteBuf packet) {
    synchronized (got) {
      got.merge(from.toAddress().toString(), 1, Integer::sum);
    }
  }

  @Override
  public void failed(SennitException why) {
    throw why;
  }

  @Override
  public void front(DemoCluster cluster, Checks checks) {
    throw new UnsupportedOperationException("a worker has no front");
  }
}
