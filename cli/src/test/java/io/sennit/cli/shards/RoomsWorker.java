package io.sennit.cli.shards;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.codec.Codec;
import io.sennit.node.Node;
import io.sennit.shards.ShardHost;
import io.sennit.shards.ShardId;
import io.sennit.shards.ShardPermit;
import io.sennit.shards.ShardType;
import io.sennit.shards.StateSink;
import io.sennit.sim.rig.ParentWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A node whose shards act all the time, each act told to the sink with its epoch. */
public final class RoomsWorker {
  static final int TOTAL = 6;
  static final ShardType<Room, Long> ROOMS = ShardType.of("rooms", TOTAL, Codec.LONG);

  /** A shard: how often it has acted. */
  static final class Room {
    long acts;
  }

  private record Host() implements ShardHost<Room, Long> {
    @Override
    public Room start(ShardId id) {
      return new Room();
    }

    @Override
    public void save(Room room, StateSink<Long> out) throws InterruptedException {
      out.send(room.acts);
    }

    @Override
    public void load(Room room, Long piece) {
      room.acts = piece;
    }
  }

  private final Socket sink;
  private final BufferedReader answers;

  private RoomsWorker(int port) throws IOException {
    sink = new Socket(InetAddress.getLoopbackAddress(), port);
    sink.setTcpNoDelay(true);
    answers =
        new BufferedReader(new InputStreamReader(sink.getInputStream(), StandardCharsets.US_ASCII));
  }

  /**
   * Runs one until a signal.
   *
   * @param args its name, where the orchestrator is, the sink's port
   */
  public static void main(String[] args) throws Exception {
    ParentWatch.install();
    var worker = new RoomsWorker(Integer.parseInt(args[2]));
    var node =
        Node.builder()
            .cluster("arena")
            .key(ClusterKey.fromEnv())
            .name(args[0])
            .orchestrator(Address.parse(args[1]))
            .start();
    var hosting = node.shards().host(ROOMS, new Host());
    System.out.println("worker " + args[0] + " listens at " + node.address());
    var turns = Executors.newSingleThreadScheduledExecutor();
    var unused =
        turns.scheduleWithFixedDelay(
            () -> {
              for (int i = 0; i < TOTAL; i++) {
                if (hosting.permit(ROOMS.idOf(i)).isPresent()) {
                  var _ = hosting.use(ROOMS.idOf(i), worker::act);
                }
              }
            },
            0,
            10,
            TimeUnit.MILLISECONDS);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  node.drain(new io.sennit.core.Within(Duration.ofSeconds(10)));
                  turns.shutdown();
                  node.close();
                }));
  }

  /** One act at a time of all shards here: there is one connection to the sink. */
  private synchronized boolean act(Room room, ShardPermit permit) throws IOException {
    permit.check();
    var line = "act %d %d %d\n".formatted(permit.shard().number(), permit.epoch(), room.acts + 1);
    sink.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
    boolean ok = "ok".equals(answers.readLine());
    if (ok) {
      room.acts++;
    }
    return ok;
  }
}
