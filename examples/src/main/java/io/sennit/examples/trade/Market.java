package io.sennit.examples.trade;

import io.sennit.core.SennitException;
import io.sennit.grid.Caller;
import io.sennit.grid.Input;
import io.sennit.grid.Output;
import java.util.concurrent.CompletableFuture;

/** Fills orders one lot at a time; each buy moves the price up by a cent, each sale down. */
final class Market {
  private static final long OPENING = 1000;

  private final CompletableFuture<String> left = new CompletableFuture<>();

  /** The code of the stream: returns when the client has no more orders. */
  void serve(Ask ask, Input<Order> orders, Output<Tick> ticks, Caller caller) {
    long price = OPENING;
    try {
      for (var order : orders) {
        switch (order) {
          case Order.Buy(int lots) -> {
            for (int i = 0; i < lots; i++) {
              ticks.send(new Tick(ask.symbol(), price++));
            }
          }
          case Order.Sell(int lots) -> {
            for (int i = 0; i < lots; i++) {
              ticks.send(new Tick(ask.symbol(), --price));
            }
          }
        }
      }
    } catch (SennitException e) {
      if (caller.isCancelled()) {
        left.complete("the market saw the second client leave");
      }
      throw e;
    }
  }

  /** Completes when a client left before its orders were filled. */
  CompletableFuture<String> left() {
    return left;
  }
}
