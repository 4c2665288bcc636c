package io.sennit.node.causal;

import io.sennit.causal.Causal;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Store;
import io.sennit.node.ControlProvider;
import io.sennit.node.Health;
import io.sennit.node.RunningStrand;
import io.sennit.node.Setting;
import io.sennit.node.Setting.Kind;
import io.sennit.node.Strand;
import io.sennit.node.StrandContext;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Groups in a node. A member's name is its address, so members stay the same while their processes
 * come and go. Links ride on the grid, and the store is the node's. Both begin when the first group
 * is joined; a node without a data folder refuses that.
 */
public final class CausalStrand implements Strand {
  static final Setting NAME =
      Setting.of(
          "causal.name",
          Kind.ADDRESS,
          "",
          "The address by which the members know this node; where it listens unless said.");
  static final Setting MEMBERS =
      Setting.of(
          "causal.members",
          Kind.HOSTS,
          "",
          "The members of this node's groups, with or without itself; its peers unless said.");

  /** For {@link java.util.ServiceLoader}. */
  public CausalStrand() {}

  @Override
  public String name() {
    return "causal";
  }

  @Override
  public List<Setting> settings() {
    return List.of(NAME, MEMBERS);
  }

  @Override
  public RunningStrand start(StrandContext context) {
    var config = context.config();
    var me = config.address(NAME).orElse(context.address());
    var members = new TreeMap<String, Address>();
    members.put(me.toString(), me);
    if (config.isSet(MEMBERS)) {
      for (var host : config.hosts(MEMBERS)) {
        var at =
            Address.parse(host.substring(host.indexOf("://") < 0 ? 0 : host.indexOf("://") + 3));
        members.put(at.toString(), at);
      }
    } else {
      for (var member : context.membership().view().members()) {
        if (!member.address().equals(context.address())) {
          members.put(member.address().toString(), member.address());
        }
      }
    }
    var running = new Running(context);
    var causal =
        new Causal(
            context.storeLoop(),
            context.links(),
            context.runner(),
            me.toString(),
            members,
            (peer, name) -> peer.address().equals(members.get(name)),
            running::begin);
    running.causal = causal;
    return running;
  }

  /** One node's groups. */
  private static final class Running implements RunningStrand, StrandContext.StoreUser {
    private final StrandContext context;
    private volatile @Nullable Causal causal;
    private volatile @Nullable SennitException storeTrouble;

    Running(StrandContext context) {
      this.context = context;
    }

    /** The first group is joined: only then are the store and the links of any use. */
    void begin(Causal groups) {
      context.store(this);
      groups.listen(context.address());
    }

    private Causal causal() {
      return Objects.requireNonNull(causal);
    }

    @Override
    public Object face() {
      return causal();
    }

    @Override
    public List<ControlProvider> verbs() {
      return List.of(new CausalVerb(causal()));
    }

    @Override
    public void opened(Store view) {
      storeTrouble = null;
      causal().storeOpened(view);
    }

    @Override
    public void failed(SennitException why) {
      storeTrouble = why;
      causal().storeFailed(why);
    }

    @Override
    public Health health() {
      var noLinks = causal().trouble();
      var noStore = storeTrouble;
      if (causal().groups().isEmpty()) {
        return Health.UP;
      }
      if (noStore != null) {
        return Health.down("nothing can be published: " + noStore.what());
      }
      return noLinks == null
          ? Health.UP
          : Health.degraded("no links of other members come in: " + noLinks.what());
    }

    @Override
    public void close() {
      causal().close();
    }
  }
}
