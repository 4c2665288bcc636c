package io.sennit.node.mesh;

import io.sennit.core.Address;
import io.sennit.core.Within;
import io.sennit.mesh.Mesh;
import io.sennit.mesh.NodeStatus;
import io.sennit.node.ControlProvider;
import io.sennit.node.Health;
import io.sennit.node.RunningStrand;
import io.sennit.node.Setting;
import io.sennit.node.Strand;
import io.sennit.node.StrandContext;
import java.util.LinkedHashSet;
import java.util.List;

/** The mesh as a strand: datagrams on the port that the grid has for connections. */
public final class MeshStrand implements Strand {
  private static final System.Logger LOG = System.getLogger("io.sennit.node.mesh");
  private static final String KEYS = "datagrams %s v1";

  /** For {@link java.util.ServiceLoader}. */
  public MeshStrand() {}

  @Override
  public String name() {
    return "mesh";
  }

  @Override
  public List<Setting> settings() {
    return MeshSettings.ALL;
  }

  @Override
  public RunningStrand start(StrandContext context) {
    if (!context.config().flag(MeshSettings.ENABLED)) {
      return new Off();
    }
    var builder =
        Mesh.builder(context.fabric())
            .bind(context.address())
            .advertise(advertised(context))
            .cluster(context.cluster())
            .incarnation(context.incarnation())
            .host(context.grid().hostName())
            .join(others(context))
            .oracle(context.oracle())
            .runner(context.runner());
    if (context.hasKey()) {
      builder.keys((purpose, bytes) -> context.key(KEYS.formatted(purpose), bytes));
    }
    MeshSettings.apply(context.config(), builder);
    var mesh = builder.start();
    for (var name : mesh.counts().keySet()) {
      context.meters().gauge(name, () -> mesh.counts().getOrDefault(name, 0L));
    }
    context.provide(mesh.membership());
    return new Running(mesh);
  }

  /** Peers reach a node by the name that the grid gives it. */
  private static Address advertised(StrandContext context) {
    var host = context.grid().hostName();
    return Address.parse(host.substring(host.indexOf("://") + 3));
  }

  /** The node's peers, and where the mesh was told to join. */
  private static List<Address> others(StrandContext context) {
    var all = new LinkedHashSet<Address>();
    for (var member : context.membership().view().members()) {
      if (member.incarnation().isEmpty()) {
        all.add(member.address());
      }
    }
    all.addAll(MeshSettings.join(context.config()));
    all.remove(advertised(context));
    return List.copyOf(all);
  }

  /** A node that takes no part: it knows the members it was told of. */
  private record Off() implements RunningStrand {
    @Override
    public Object face() {
      return this; // of no type that users know: asking for the mesh names the strands there are
    }

    @Override
    public Health health() {
      return Health.UP;
    }

    @Override
    public void close() {}
  }

  private record Running(Mesh face) implements RunningStrand {
    @Override
    public List<ControlProvider> verbs() {
      return List.of(new MeshVerb(face), new PingVerb(face), new MembersVerb(face));
    }

    @Override
    public Health health() {
      return face.isHealthy() ? Health.UP : Health.down("its socket has failed");
    }

    /** Tells all that it takes nothing new, and lets messages and handlers end. */
    @Override
    public void drain(Within within) {
      face.setStatus(NodeStatus.OFFLINE);
      if (!face.awaitQuiet(within)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "messages or handlers of the mesh were cut off: they did not end in time");
      }
    }

    @Override
    public void close() {
      face.close();
    }
  }
}
