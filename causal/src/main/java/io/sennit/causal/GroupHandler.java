package io.sennit.causal;

/**
 * What a member does with the operations of a group: called for each operation once, in causal
 * order, one at a time, on a thread of the group's own. What it writes to the {@link GroupWrites}
 * is committed together with the operation, so after a crash both are there or neither is.
 *
 * <p>After a crash or a failure of the store, operations that were not durable may be handed over
 * again, on top of the state as it was without them: keep in memory only what {@link #reset} and
 * {@link #restored} can build anew.
 *
 * <p>An operation on which it throws goes to the dead letters, with none of its writes, and the
 * group goes on: all members should throw alike.
 *
 * @param <T> the type of operations
 */
@FunctionalInterface
public interface GroupHandler<T> {
  /** An operation. */
  void apply(T operation, Stamp stamp, GroupWrites writes) throws Exception;

  /** Forget what is in memory: the state is told from its beginning. */
  default void reset() {}

  /** An entry of the state that was written before, in the order of the keys. */
  default void restored(Octets key, byte[] value) {}
}
