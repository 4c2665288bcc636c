import org.jspecify.annotations.NullMarked;

/** How: calls and streams multiplexed over one two-way connection per pair of nodes. */
@NullMarked
module io.sennit.grid {
  requires transitive io.sennit.core;
  requires com.dynatrace.hash4j;
  requires com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;

  exports io.sennit.grid;
  exports io.sennit.grid.payload;
  exports io.sennit.grid.testing;
  exports io.sennit.grid.wire;
}
