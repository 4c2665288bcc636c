package io.sennit.grid.engine;

/** What tests may see of an engine that its users may not. */
public final class Insides {
  private Insides() {}

  /** Calls, streams and half-sent payloads of all connections that stand. */
  public static int openThings(GridEngine engine) {
    int sum = 0;
    for (var remote : engine.everybody()) {
      for (var channel : remote.openChannels()) {
        sum += channel.openThings();
      }
    }
    return sum;
  }

  /** Payload bytes taken from the budgets of all connections that stand. */
  public static long budgets(GridEngine engine) {
    long sum = 0;
    for (var remote : engine.everybody()) {
      for (var channel : remote.openChannels()) {
        sum += Math.abs(channel.budget().used());
        sum += Math.abs(channel.received().used());
        sum += Math.abs(channel.windows().received().used());
      }
    }
    return sum;
  }

  /** Bytes that peers make an engine hold, as its bounds see it; with what is taken ahead. */
  public static long held(GridEngine engine) {
    return engine.received().used() + engine.windows().used();
  }
}
