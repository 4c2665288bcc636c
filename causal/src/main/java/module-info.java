import org.jspecify.annotations.NullMarked;

/** In what order: durable, causally ordered replication, and the data types that ride on it. */
@NullMarked
module io.sennit.causal {
  requires transitive io.sennit.core;
  requires static transitive org.jspecify;

  exports io.sennit.causal;
  exports io.sennit.causal.compat;
  exports io.sennit.causal.crdt;
  exports io.sennit.causal.wire;
}
