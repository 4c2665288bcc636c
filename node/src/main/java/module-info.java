import org.jspecify.annotations.NullMarked;

/** One node: what ties the strands together. */
@NullMarked
module io.sennit.node {
  requires transitive io.sennit.core;
  requires transitive io.sennit.grid;
  requires transitive com.fasterxml.jackson.databind;
  requires java.management;
  requires typesafe.config;
  requires static org.jspecify;

  exports io.sennit.node;

  uses io.sennit.node.ControlProvider;
}
