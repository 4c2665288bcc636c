package io.sennit.causal.engine;

import io.sennit.causal.Octets;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a group's operations change. Called on the group's loop; what it answers may come later, but
 * on that loop. The effects it answers with are committed together with the operations, so after a
 * crash both are there or neither is.
 */
public interface Application {
  /** Forget everything: the group's durable state is read, and {@link #restored} tells it. */
  void reset();

  /** A part of the durable state, in the order of the keys. */
  void restored(Octets key, byte[] value);

  /** All of the durable state was told. */
  default void opened() {}

  /**
   * Works out what operations do, in this order. One call at a time; the effects of earlier calls
   * hold, durable or not. An operation that makes no sense has no effect, or one that records it.
   *
   * @param done with all effects of these operations; a failure stops the group
   */
  void apply(List<OpRecord> ops, Done<List<Effect>> done);

  /**
   * A change of the group's durable state.
   *
   * @param value null removes the key
   */
  record Effect(Octets key, byte @Nullable [] value) {}

  /** Told when a group stops or goes on; for the log and for health. */
  default void stopped(SennitException why) {}
}
