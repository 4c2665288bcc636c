package io.sennit.causal;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.SystemOptions;
import io.sennit.sim.rig.ParentWatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One process of a group that is killed again and again. It tells the judge, over a socket, what it
 * is about to publish and what it was told is durable; asked by a file, what its state holds, in
 * order. An operation's text is its name and the names it follows: the last of each life that its
 * publisher had applied.
 */
final class ProcessMember {
  private static final int WORKERS = 4;
  private static final Group<String> GROUP = Group.of("storm", Codec.STRING);

  private final Path folder;
  private final String life;
  private final PrintWriter judge;
  private final AtomicLong next = new AtomicLong();
  private final State state = new State();

  private ProcessMember(Path folder, String me, PrintWriter judge) {
    this.folder = folder;
    this.life = me + "." + ProcessHandle.current().pid();
    this.judge = judge;
  }

  /** What was applied, in order; of the group's lane, and of whoever asks. */
  private static final class State implements GroupHandler<String> {
    private final List<String> order = new ArrayList<>();
    private final TreeMap<String, String> last = new TreeMap<>(); // by life

    @Override
    public synchronized void reset() {
      order.clear();
      last.clear();
    }

    @Override
    public synchronized void restored(Octets key, byte[] value) {
      add(Octets.of(value).text());
    }

    @Override
    public synchronized void apply(String operation, Stamp stamp, GroupWrites writes) {
      var key = Octets.utf8("%012d".formatted(order.size()));
      writes.put(key, Octets.utf8(operation).toBytes());
      add(operation);
    }

    private void add(String operation) {
      order.add(operation);
      var name = operation.substring(0, operation.indexOf(' '));
      last.put(name.substring(0, name.lastIndexOf('-')), name);
    }

    synchronized List<String> order() {
      return List.copyOf(order);
    }

    synchronized String causes() {
      return String.join(",", last.values());
    }
  }

  /**
   * Runs one.
   *
   * @param args folder shared with the judge, the judge's port, which member this is, all ports
   */
  public static void main(String[] args) throws Exception {
    ParentWatch.install();
    var folder = Path.of(args[0]);
    int me = Integer.parseInt(args[2]);
    var members = new TreeMap<String, Address>();
    for (int i = 3; i < args.length; i++) {
      members.put("m" + (i - 3), Address.of("127.0.0.1", Integer.parseInt(args[i])));
    }
    var fabric = Fabric.system(SystemOptions.defaults().withData(folder.resolve("data-" + me)));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
        var judge = new PrintWriter(socket.getOutputStream(), true)) {
      new ProcessMember(folder, "m" + me, judge).run(fabric, "m" + me, members);
    } finally {
      fabric.close();
    }
  }

  private void run(Fabric fabric, String me, TreeMap<String, Address> members) throws Exception {
    var loop = fabric.loop();
    var causal =
        new Causal(loop, fabric.links(), fabric.runner(), me, members, (_, _) -> true, _ -> {});
    var group = causal.join(GROUP, state);
    causal.listen(Objects.requireNonNull(members.get(me)));
    open(fabric, loop, causal);
    System.out.println("life " + life + " begins");
    for (int w = 0; w < WORKERS; w++) {
      Thread.ofVirtual().name("worker").start(() -> work(group));
    }
    String answered = "";
    while (!Files.exists(folder.resolve("gone"))) {
      var asked = ask();
      if (!asked.equals(answered)) {
        answered = asked;
        say("D " + me + " " + asked + " " + String.join(";", state.order()));
      }
      pause(20);
    }
    causal.close();
  }

  private String ask() throws IOException {
    var file = folder.resolve("dump");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void open(Fabric fabric, Loop loop, Causal causal) {
    fabric.store(
        loop,
        "causal",
        Done.<Store>of(
            causal::storeOpened,
            why -> {
              throw new IllegalStateException("no store", why);
            }));
  }

  private void work(CausalGroup<String> group) {
    while (!Files.exists(folder.resolve("over"))) {
      var name = life + "-" + next.incrementAndGet();
      say("P " + name);
      try {
        var stamp = group.publish(name + " " + state.causes());
        say("A " + name + " " + stamp.dot());
      } catch (SennitException e) {
        say("F " + name + " " + e.outcome());
        pause(50);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void say(String line) {
    synchronized (judge) {
      judge.println(line);
    }
  }

  private static void pause(int millis) {
    try {
      var unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How long the judge waits for anything. */
  static final Duration PATIENCE = Duration.ofSeconds(60);
}
