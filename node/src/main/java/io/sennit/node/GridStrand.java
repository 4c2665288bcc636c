package io.sennit.node;

import io.sennit.core.Within;
import io.sennit.grid.Manager;
import io.sennit.grid.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/** The grid as a strand: the first of all, which every other one stands on. */
public final class GridStrand implements Strand {
  /** Its name. */
  static final String NAME = "grid";

  private static final Logger LOG = System.getLogger("io.sennit.node");

  /** For {@link java.util.ServiceLoader}. */
  public GridStrand() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Setting> settings() {
    return GridSettings.ALL;
  }

  @Override
  public void check(StrandConfig config) {
    GridSettings.check(config);
  }

  @Override
  public RunningStrand start(StrandContext context) {
    context.meters().gauge("guests", () -> context.grid().guests());
    context.meters().gauge("refusals", () -> context.grid().refusals());
    context.meters().gauge("protocol_errors", () -> context.grid().protocolErrors());
    context.meters().gauge("connected_peers", () -> connected(context.grid()));
    return new Running(context.grid());
  }

  private static long connected(Manager grid) {
    return grid.connections().stream().filter(c -> c.state() == State.CONNECTED).count();
  }

  /** The manager, which the node itself starts and ends. */
  private record Running(Manager face) implements RunningStrand {
    /**
     * Up, unless it has tried to reach peers and is connected to none of them. Peers that are only
     * dialed when they are used do not count before that.
     */
    @Override
    public Health health() {
      long peers = face.connections().stream().filter(c -> c.state() != State.UNCONNECTED).count();
      return peers == 0 || connected(face) > 0
          ? Health.UP
          : Health.degraded("connected to none of " + peers + (peers == 1 ? " peer" : " peers"));
    }

    /** Says goodbye to all peers and lets calls and streams in flight end. */
    @Override
    public void drain(Within within) {
      if (!face.drain(within)) {
        LOG.log(Level.WARNING, "calls or streams were cut off: they did not end in time");
      }
    }

    @Override
    public void close() {
      // ends with what the node stands on
    }
  }
}
