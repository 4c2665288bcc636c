import org.jspecify.annotations.NullMarked;

/** One node: what ties the strands together. */
@NullMarked
module io.sennit.node {
  requires transitive io.sennit.core;
  requires transitive io.sennit.grid;
  requires static org.jspecify;

  exports io.sennit.node;
}
