package io.sennit.examples.trade;

/** What a client wants. */
sealed interface Order {
  /** So many lots, whatever they cost. */
  record Buy(int lots) implements Order {}

  /** So many lots, whatever they bring. */
  record Sell(int lots) implements Order {}
}
