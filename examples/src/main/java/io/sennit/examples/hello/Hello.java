package io.sennit.examples.hello;

import static io.sennit.core.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.RemoteErrors;
import io.sennit.grid.SingleHandler;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** Two nodes in one process: a typed call, and three errors with three outcomes. */
public final class Hello {
  record Ask(String name) {}

  record Greeting(String text) {}

  private static final SingleHandler<Ask, Greeting> GREET =
      SingleHandler.of("greet", 1, Codec.of(Ask.class), Codec.of(Greeting.class));

  /** A contract that nobody serves. */
  private static final SingleHandler<Ask, Greeting> UNSERVED =
      SingleHandler.of("unserved", 2, Codec.of(Ask.class), Codec.of(Greeting.class));

  private Hello() {}

  /** Runs it. */
  public static void main(String... args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    var key = ClusterKey.random(); // nodes on several machines share one, see ClusterKey.fromEnv
    try (var alice = start(key);
        var bob = start(key)) {
      bob.add(alice.hostName());
      Connection toBob = alice.add(bob.hostName());
      GREET.serve(bob, (ask, caller) -> greet(ask));
      toBob.waitForConnect(within(ofSeconds(10)));

      var greeting = GREET.call(toBob, new Ask("Alice"), within(ofSeconds(5)));
      out.println(greeting.text());

      out.println("nobody: " + attempt(GREET, toBob, "", within(ofSeconds(5))));
      out.println("unserved: " + attempt(UNSERVED, toBob, "Alice", within(ofSeconds(5))));
      out.println("too slow: " + attempt(GREET, toBob, "the slow one", within(ofMillis(50))));
    }
  }

  private static Manager start(ClusterKey key) {
    return Manager.builder().listen(Address.of("127.0.0.1", 0)).key(key).start();
  }

  /** Bob's code; on a virtual thread of its own, so it may block. */
  private static Greeting greet(Ask ask) throws InterruptedException {
    if (ask.name().isEmpty()) {
      throw RemoteErrors.of("nobody to greet");
    }
    if (ask.name().equals("the slow one")) {
      new CountDownLatch(1).await(); // until the caller gives up: then it is interrupted
    }
    return new Greeting("Hello " + ask.name() + ", from Bob");
  }

  private static String attempt(
      SingleHandler<Ask, Greeting> handler, Connection peer, String name, Within within) {
    try {
      return handler.call(peer, new Ask(name), within).text();
    } catch (SennitException e) {
      return switch (e.outcome()) {
        case RAN ->
            "it ran, and said: \"" + (e instanceof RemoteException r ? r.text() : "") + "\"";
        case DID_NOT_RUN -> "it did not run; another node may be asked";
        case UNKNOWN -> "unknown; only what is safe to do twice may be repeated";
      };
    }
  }
}
