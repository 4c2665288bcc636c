package io.sennit.examples.trade;

/** One lot was filled. */
record Tick(String symbol, long cents) {}
