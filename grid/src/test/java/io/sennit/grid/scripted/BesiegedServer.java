package io.sennit.grid.scripted;

import io.sennit.core.Address;
import io.sennit.grid.Manager;
import io.sennit.grid.RemoteErrors;
import io.sennit.grid.testing.TestGrid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process with little memory and slow handlers, for {@link HostilePeerIT}. */
final class BesiegedServer {
  static final int SLOW = 7;
  static final int ECHO = 8;
  static final int FAILS = 9;
  static final int STREAM = 5;
  static final int PEERS = 16;

  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private BesiegedServer() {}

  /** The host strings that may connect: they are the ones to dial. */
  static List<String> peers(String server) {
    var names = new ArrayList<String>();
    for (int i = 1; names.size() < PEERS; i++) {
      var name = "http://peer-" + i + ":9000";
      if (Msg.dials(name, server)) {
        names.add(name);
      }
    }
    return names;
  }

  private static void pause() throws InterruptedException {
    NEVER.await(20, TimeUnit.SECONDS);
  }

  public static void main(String[] args) throws InterruptedException {
    var words = "x".repeat(32 << 20);
    try (var manager =
        Manager.builder()
            .listen(Address.of("127.0.0.1", 0))
            .auth(TestGrid.DEBUG)
            .maxMessage(16 << 20)
            .ping(Duration.ofSeconds(30))
            .start()) {
      manager.registerSingle(
          SLOW,
          (request, caller) -> {
            pause();
            return request;
          });
      manager.registerSingle(ECHO, (request, caller) -> request);
      manager.registerSingle(
          FAILS,
          (request, caller) -> {
            throw RemoteErrors.of(words);
          });
      manager.registerStreaming(STREAM, 4, 4, (first, in, out, caller) -> pause());
      peers(manager.hostName()).forEach(manager::add);
      System.out.println("listens as " + manager.hostName());
      NEVER.await();
    }
  }
}
