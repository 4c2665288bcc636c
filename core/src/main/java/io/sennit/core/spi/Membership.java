package io.sennit.core.spi;

import io.sennit.core.Address;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Who is around: a hint, never a vote. No log is cut, no vote counted and no shard moved because a
 * member left a view.
 */
public interface Membership {
  /** The current view; any thread. */
  View view();

  /** Told each new view, on {@code loop}, until closed. */
  AutoCloseable listen(Loop loop, Consumer<View> changed);

  /**
   * A picture of the cluster.
   *
   * @param version grows with every change
   * @param members in the order of their addresses
   */
  record View(long version, List<Member> members) {}

  /**
   * One member.
   *
   * @param address where it is
   * @param incarnation which life of the process there; a later one is greater
   * @param presence how sure we are
   * @param tags what it says of itself
   */
  record Member(Address address, long incarnation, Presence presence, Map<String, String> tags) {}

  /** How sure we are that a member is there. */
  enum Presence {
    /** Heard of lately. */
    ALIVE,
    /** Not heard of as it should have been. */
    SUSPECT,
    /** Said goodbye. */
    LEAVING
  }
}
