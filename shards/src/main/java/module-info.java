import org.jspecify.annotations.NullMarked;

/** Where: work is cut into numbered shards, placed on nodes, and moved live with its state. */
@NullMarked
module io.sennit.shards {
  requires transitive io.sennit.core;
  requires com.dynatrace.hash4j;
  requires static transitive org.jspecify;

  exports io.sennit.shards;
  exports io.sennit.shards.wire;

  // records that core's codecs read and write
  opens io.sennit.shards.engine to
      io.sennit.core;
  opens io.sennit.shards.wire.own to
      io.sennit.core;
}
