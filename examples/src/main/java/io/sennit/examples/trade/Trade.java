package io.sennit.examples.trade;

import static io.sennit.core.Within.within;
import static java.time.Duration.ofSeconds;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.codec.Codec;
import io.sennit.grid.Connection;
import io.sennit.grid.InlineOutput;
import io.sennit.grid.InlineStream;
import io.sennit.grid.Manager;
import io.sennit.grid.StreamHandler;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A market and its clients: orders in, ticks out, on one stream. */
public final class Trade {
  // snippet: trade-contract
  static final StreamHandler<Ask, Order, Tick> TRADE =
      StreamHandler.of(
          "trade", 2, Codec.of(Ask.class), Codec.of(Order.class), Codec.of(Tick.class));

  // end

  private Trade() {}

  /** Runs it. */
  public static void main(String... args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    var key = ClusterKey.random();
    var market = new Market();
    try (var client = start(key);
        var server = start(key)) {
      server.add(client.hostName());
      var peer = client.add(server.hostName());
      TRADE.serve(server, market::serve);
      peer.waitForConnect(within(ofSeconds(10)));
      tradeToTheEnd(peer, out);
      leaveEarly(peer, out);
      out.println(market.left().orTimeout(10, TimeUnit.SECONDS).join());
      withoutWaiting(peer, out);
      onTheLoop(peer, out);
    }
  }

  private static Manager start(ClusterKey key) {
    return Manager.builder().listen(Address.of("127.0.0.1", 0)).key(key).start();
  }

  private static void tradeToTheEnd(Connection peer, PrintStream out) {
    // snippet: trade-open
    try (var trade = TRADE.open(peer, new Ask("ABC"), within(ofSeconds(5)))) {
      trade.send(new Order.Buy(3)); // waits for credit; never queues unseen
      trade.send(new Order.Sell(1));
      trade.endInput();
      for (Tick tick : trade) {
        out.println(tick);
      }
    }
    // end
    out.println("the market closed the first stream");
  }

  private static void leaveEarly(Connection peer, PrintStream out) {
    int seen = 0;
    // snippet: trade-leave
    try (var trade = TRADE.open(peer, new Ask("ABC"))) {
      trade.send(new Order.Buy(1_000_000));
      for (Tick tick : trade) {
        if (++seen == 3) {
          break; // closing the stream cancels the handler on the other side
        }
      }
    }
    // end
    out.println("left after " + seen + " ticks");
  }

  private static void withoutWaiting(Connection peer, PrintStream out) {
    // snippet: trade-async
    var trade = TRADE.open(peer, new Ask("ABC"), within(ofSeconds(5)));
    CompletableFuture<Void> sent = trade.sendAsync(new Order.Buy(2)); // done when there was credit
    trade.endInputAsync();
    CompletableFuture<Optional<Tick>> first = trade.receiveAsync(); // or all: trade.publisher()
    // end
    sent.join();
    out.println("without waiting: " + first.join().orElseThrow());
    trade.close();
  }

  private static void onTheLoop(Connection peer, PrintStream out) {
    // snippet: trade-inline
    final class Buyer implements InlineStream<Tick> {
      private final InlineOutput<Order> orders;
      private int ticks;

      Buyer(InlineOutput<Order> orders) {
        this.orders = orders;
      }

      @Override
      public void writable() { // there is credit: at first, and when trySend had said no
        if (orders.trySend(new Order.Buy(2))) {
          orders.end();
        }
      }

      @Override
      public void item(Tick tick) { // on the loop: must not block
        ticks++;
      }

      @Override
      public void ended() {
        out.println("on the loop: " + ticks + " ticks");
      }
    }
    CompletableFuture<Void> end =
        TRADE.openInline(peer, new Ask("ABC"), within(ofSeconds(5)), Buyer::new);
    // end
    end.join();
  }
}
