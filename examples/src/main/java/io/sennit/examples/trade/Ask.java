package io.sennit.examples.trade;

/** What is traded. */
record Ask(String symbol) {}
