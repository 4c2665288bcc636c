package io.sennit.examples.pages;

import static io.sennit.core.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.SennitException;
import io.sennit.core.Tls;
import io.sennit.core.codec.Codec;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.Authenticator;
import io.sennit.grid.Connection;
import io.sennit.grid.Generation;
import io.sennit.grid.Manager;
import io.sennit.grid.Registration;
import io.sennit.grid.SingleHandler;
import io.sennit.grid.payload.Mss;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The snippets of docs/grid.md that need no test library. */
final class GridPage {
  // snippet: grid-contract
  record Ask(String symbol) {}

  record Tick(String symbol, long cents) {}

  static final SingleHandler<Ask, Tick> QUOTE =
      SingleHandler.of("quote", 1, Codec.of(Ask.class), Codec.of(Tick.class));

  // end

  static final SingleHandler<Mss, Mss> PARAMETERS =
      SingleHandler.of("parameters", 3, Mss.CODEC, Mss.CODEC);

  private GridPage() {}

  static Manager start(Address here, ClusterKey key) {
    // snippet: grid-start
    Manager grid = Manager.builder().listen(here).key(key).start();
    // end
    return grid;
  }

  static void serve(Manager grid) {
    // snippet: grid-serve
    QUOTE.serve(grid, (ask, caller) -> new Tick(ask.symbol(), 1234));
    // end
  }

  static long call(Manager grid, String host) {
    // snippet: grid-call
    Connection peer = grid.add(host); // such as "http://10.0.0.6:7400"
    peer.waitForConnect(within(ofSeconds(5)));
    Tick last = QUOTE.call(peer, new Ask("ABC"), within(ofMillis(500)));
    // end
    return last.cents();
  }

  static Registration serveInline(Manager grid) {
    // snippet: grid-inline
    Registration serving =
        PARAMETERS.serveInline(grid, (ask, caller) -> Mss.of().set("you", caller.name()));
    // end
    return serving;
  }

  static Registration serveOnSubroute(Manager grid) {
    // snippet: grid-subroute-serve
    Registration serving =
        QUOTE.serve(
            grid,
            (ask, caller) -> new Tick(caller.subroute().orElse("") + ":" + ask.symbol(), 99),
            "exchange",
            "vienna"); // closing it stops serving
    // end
    return serving;
  }

  static Tick callOnSubroute(Connection peer) {
    // snippet: grid-subroute-call
    Tick tick = QUOTE.call(peer.subroute("exchange").subroute("vienna"), new Ask("ABC"));
    // end
    return tick;
  }

  static CompletableFuture<Long> callAsync(Connection peer) {
    // snippet: grid-async
    CompletableFuture<Tick> tick = QUOTE.callAsync(peer, new Ask("ABC"), within(ofMillis(500)));
    CompletableFuture<Long> cents = tick.thenApply(Tick::cents); // on a loop: must not block
    // end
    return cents;
  }

  static String outcome(Connection peer) {
    // snippet: grid-outcome
    try {
      return QUOTE.call(peer, new Ask("ABC"), within(ofMillis(50))).symbol();
    } catch (SennitException e) {
      return switch (e.outcome()) {
        case DID_NOT_RUN -> "ask someone else: " + e.getMessage();
        case RAN -> "it was done; do not ask again: " + e.getMessage();
        case UNKNOWN -> "ask again only if it may be done twice: " + e.getMessage();
      };
    }
    // end
  }

  static Manager bounded(Address here, ClusterKey key) {
    // snippet: grid-bounds
    Manager grid =
        Manager.builder()
            .listen(here)
            .key(key)
            .maxMessage(16 << 20)
            .queueBytes(32L << 20)
            .window(256 << 10)
            .received(32L << 20, 256L << 20)
            .maxHandlers(1000)
            .callDeadline(ofSeconds(10))
            .ping(ofSeconds(2))
            .muxPing(ofSeconds(5))
            .backoff(new Backoff(ofMillis(100), ofSeconds(2)), ofSeconds(5))
            .start();
    // end
    return grid;
  }

  static Manager original(Address here, Authenticator tokens) {
    // snippet: grid-original
    Manager grid =
        Manager.builder()
            .listen(here)
            .auth(tokens) // makes and checks the tokens your original peers expect
            .generation(Generation.N25) // tried first; it adapts after a refusal
            .extensions(false) // not even offered
            .start();
    // end
    return grid;
  }

  static Manager secure(Address here, ClusterKey key, Path chain, Path privateKey, Path ca) {
    // snippet: grid-tls
    Manager grid =
        Manager.builder().listen(here).key(key).tls(Tls.mutual(chain, privateKey, ca)).start();
    // end
    return grid;
  }
}
