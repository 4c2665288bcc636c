package io.sennit.causal;

import io.sennit.causal.engine.CausalPort;
import io.sennit.causal.engine.GroupEngine;
import io.sennit.causal.engine.GroupSettings;
import io.sennit.causal.wire.CausalFraming;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Peer;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.Store;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one process: one store, one place where links come in, one loop for all of them.
 * Whoever makes one tells it of its store; a node does both. Methods may be called from any thread.
 */
public final class Causal implements AutoCloseable {
  /** Bytes of the longest operation. */
  public static final int MAX_OPERATION = 1 << 20;

  private static final System.Logger LOG = System.getLogger("io.sennit.causal");

  private final Loop loop;
  private final Links links;
  private final Runner runner;
  private final String me;
  private final SortedMap<String, Address> members;
  private final BiPredicate<Peer, String> identity;
  private final CausalPort port;
  private final Consumer<Causal> first;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final ConcurrentSkipListMap<String, CausalGroup<?>> groups =
      new ConcurrentSkipListMap<>();
  private @Nullable Store store; // on the loop
  private Links.@Nullable Listener listener; // on the loop
  private volatile @Nullable SennitException trouble;
  private boolean closed; // on the loop

  /**
   * Without a store yet, and not listening.
   *
   * @param loop where the groups live, and the store answers
   * @param me this member's name
   * @param members all members of all groups with their addresses, this one among them
   * @param identity whether a link's other end may speak for a member
   * @param first run by the first joining of a group, before it: opens the store and listens. What
   *     it throws, the joining throws
   */
  public Causal(
      Loop loop,
      Links links,
      Runner runner,
      String me,
      Map<String, Address> members,
      BiPredicate<Peer, String> identity,
      Consumer<Causal> first) {
    this.first = first;
    this.loop = loop;
    this.links = links;
    this.runner = runner;
    this.me = me;
    this.members = new TreeMap<>(members);
    this.identity = identity;
    var defaults = GroupSettings.of("any", me, members); // checks the names
    this.port = new CausalPort(loop, maxFrame(defaults), maxOp(defaults));
  }

  private static int maxFrame(GroupSettings of) {
    return of.maxOp() + GroupSettings.FRAME_ROOM;
  }

  private static int maxOp(GroupSettings of) {
    return of.maxOp() + GroupSettings.STAMP_ROOM;
  }

  /** Takes links of other members at an address from now on. */
  public void listen(Address at) {
    var spec =
        LinkSpec.of(CausalFraming.INSTANCE)
            .withBounds(MAX_OPERATION + GroupSettings.FRAME_ROOM, 4L << 20);
    links.listen(
        loop,
        at,
        spec,
        port,
        Done.of(
            opened -> {
              listener = opened;
              if (closed) {
                opened.close();
              }
            },
            why -> {
              trouble = why;
              LOG.log(Level.ERROR, "no links of other members come in: {0}", why.getMessage());
            }));
  }

  /** Why no links come in; null if they do. */
  public @Nullable SennitException trouble() {
    return trouble;
  }

  /** The store is open, for the first time or again; on the loop. */
  public void storeOpened(Store opened) {
    store = opened;
    groups.values().forEach(group -> group.engine().opened(opened));
  }

  /** The store failed; on the loop. {@link #storeOpened} follows when it is open again. */
  public void storeFailed(SennitException why) {
    store = null;
    groups.values().forEach(group -> group.engine().failed(why));
  }

  /**
   * Joins a group: this member publishes in it and applies its operations from now on.
   *
   * @throws ConfigException if it has joined a group of this name already, or there can be no store
   */
  public <T> CausalGroup<T> join(Group<T> contract, GroupHandler<T> handler) {
    begin();
    var settings = GroupSettings.of(contract.name(), me, members).with(contract.durability());
    var group =
        new CausalGroup<T>(
            contract,
            handler,
            loop,
            runner,
            application -> new GroupEngine(loop, links, settings, application, identity),
            this::left);
    if (groups.putIfAbsent(contract.name(), group) != null) {
      throw new ConfigException("group", contract.name(), "a group not joined here already");
    }
    loop.execute(
        () -> {
          port.add(group.engine());
          if (store != null) {
            group.engine().opened(store);
          }
        });
    return group;
  }

  private void begin() {
    if (begun.compareAndSet(false, true)) {
      try {
        first.accept(this);
      } catch (ConfigException e) {
        begun.set(false);
        throw e;
      }
    }
  }

  private void left(CausalGroup<?> group) {
    groups.remove(group.contract().name(), group);
    loop.execute(() -> port.remove(group.engine()));
  }

  /** The groups that were joined and not left, in the order of their names. */
  public List<CausalGroup<?>> groups() {
    return List.copyOf(groups.values());
  }

  /** This member's name. */
  public String me() {
    return me;
  }

  /** Leaves all groups and takes no more links; idempotent. */
  @Override
  public void close() {
    groups().forEach(CausalGroup::close);
    loop.execute(
        () -> {
          closed = true;
          if (listener != null) {
            listener.close();
          }
        });
  }
}
