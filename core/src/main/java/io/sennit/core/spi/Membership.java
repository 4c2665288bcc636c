package io.sennit.core.spi;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Who is around: a hint, never a vote. No log is cut, no vote counted and no shard moved because a
 * member left a view.
 */
public interface Membership {
  /** The current view; any thread. */
  View view();

  /**
   * Told the current view first and then each new one, on {@code loop}, until the handle is closed;
   * on that loop, nothing more is told after the closing. Any thread.
   */
  Watch listen(Loop loop, Consumer<View> changed);

  /** Ends the telling; any thread; closing twice is harmless. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A view that never changes; its listeners are told it once.
   *
   * <pre>{@code
   * var membership =
   *     Membership.fixed(List.of(Member.listed(Address.parse("a:7400")), Member.listed(other)));
   * }</pre>
   *
   * @throws IllegalArgumentException if two members have the same address
   */
  static Membership fixed(List<Member> members) {
    return new FixedMembership(members);
  }

  /**
   * A picture of the cluster.
   *
   * @param version grows with every change
   * @param members in the order of their addresses; kept as a copy
   */
  record View(long version, List<Member> members) {
    /** Copies the list. */
    public View {
      members = List.copyOf(members);
    }
  }

  /**
   * One member.
   *
   * @param address where it is
   * @param incarnation which life of the process is there; empty: not known, as of a member that
   *     was only configured
   * @param presence how sure we are
   * @param tags what it says of itself, in the order of their names; kept as a copy
   */
  record Member(
      Address address,
      Optional<Incarnation> incarnation,
      Presence presence,
      Map<String, String> tags) {
    /** Copies the tags. */
    public Member {
      tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    /** Heard of lately, in this life. */
    public static Member alive(Address address, Incarnation incarnation) {
      return new Member(address, Optional.of(incarnation), Presence.ALIVE, Map.of());
    }

    /** Configured; nothing more is known of it. */
    public static Member listed(Address address) {
      return new Member(address, Optional.empty(), Presence.LISTED, Map.of());
    }
  }

  /** How sure we are that a member is there. */
  enum Presence {
    /** Named by the configuration; nobody watches whether it is there. */
    LISTED,
    /** Heard of lately. */
    ALIVE,
    /** Not heard of as it should have been. */
    SUSPECT,
    /** Said goodbye. */
    LEAVING
  }
}
