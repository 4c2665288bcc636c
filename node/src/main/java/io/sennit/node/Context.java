package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.loop.SerialLane;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Membership;
import io.sennit.core.spi.Runner;
import io.sennit.grid.Manager;

/** One strand's share of a node. */
final class Context implements StrandContext {
  private final String strand;
  private final Node node;
  private final Innards innards;
  private final Meters meters;

  Context(String strand, Node node, Innards innards) {
    this.strand = strand;
    this.node = node;
    this.innards = innards;
    this.meters = innards.meters().under(strand);
  }

  @Override
  public String strand() {
    return strand;
  }

  @Override
  public String cluster() {
    return node.cluster();
  }

  @Override
  public String node() {
    return node.name();
  }

  @Override
  public Address address() {
    return node.address();
  }

  @Override
  public Incarnation incarnation() {
    return innards.incarnation();
  }

  @Override
  public StrandConfig config() {
    return innards.config().strand(strand);
  }

  @Override
  public Fabric fabric() {
    return innards.fabric();
  }

  @Override
  public Runner runner() {
    return innards.fabric().runner();
  }

  @Override
  public Manager grid() {
    return innards.grid();
  }

  @Override
  public Links links() {
    return innards.grid().links(strand);
  }

  @Override
  public boolean hasKey() {
    return innards.key().isPresent();
  }

  @Override
  public byte[] key(String purpose, int bytes) {
    return innards
        .key()
        .orElseThrow(
            () ->
                new ConfigException(
                    "cluster-key",
                    "(not set)",
                    "a key, which strand "
                        + strand
                        + " needs: cluster-key in the file, SENNIT_CLUSTER_KEY, or"
                        + " NodeBuilder.key(key)"))
        .derive("sennit strand " + strand + " " + purpose, bytes);
  }

  @Override
  public Membership membership() {
    return innards.membership();
  }

  @Override
  public void provide(Membership membership) {
    innards.membership().provide(strand, membership);
  }

  @Override
  public DeathOracle oracle() {
    return innards.oracle();
  }

  @Override
  public void store(StoreUser user) {
    innards.store().use(strand, user);
  }

  @Override
  public Loop storeLoop() {
    return innards.store().loop();
  }

  @Override
  public SerialLane lane(Loop loop, String name, int maxTasks, long maxBytes) {
    return new SerialLane(loop, runner(), strand + "-" + name, maxTasks, maxBytes);
  }

  @Override
  public Meters meters() {
    return meters;
  }

  @Override
  public <T> T strand(Class<T> face) {
    return node.strand(face);
  }
}
