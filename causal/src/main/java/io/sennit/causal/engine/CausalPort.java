package io.sennit.causal.engine;

import io.sennit.causal.wire.CausalFrame;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where links of other members come in: each goes to the group that its first frame names. */
public final class CausalPort implements Links.Acceptor {
  private final Loop loop;
  private final int maxFrame;
  private final int maxOp;
  private final TreeMap<String, GroupEngine> groups = new TreeMap<>();

  /** For groups that live on one loop. */
  public CausalPort(Loop loop, int maxFrame, int maxOp) {
    this.loop = loop;
    this.maxFrame = maxFrame;
    this.maxOp = maxOp;
  }

  /** Takes links for this group from now on. */
  public void add(GroupEngine group) {
    groups.put(group.settings().group(), group);
  }

  /** Takes none any more. */
  public void remove(GroupEngine group) {
    groups.remove(group.settings().group(), group);
  }

  @Override
  public Loop place() {
    return loop;
  }

  @Override
  public Link.Handler accept(Link link) {
    return new Peering(this::find, maxFrame, maxOp);
  }

  private @Nullable GroupEngine find(CausalFrame.Hello hello) {
    return groups.get(hello.group());
  }
}
