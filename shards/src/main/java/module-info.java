import org.jspecify.annotations.NullMarked;

/** Where: work is cut into numbered shards, placed on nodes, and moved live with its state. */
@NullMarked
module io.sennit.shards {
  requires transitive io.sennit.core;
  requires com.dynatrace.hash4j;
  requires static transitive org.jspecify;

  exports io.sennit.shards;
  exports io.sennit.shards.wire;
  exports io.sennit.shards.engine to
      io.sennit.core, // its codecs see the records
      io.sennit.node;
  exports io.sennit.shards.wire.own to
      io.sennit.core;
}
