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

  // strands that users of a node reach through it
  // begin mesh
  requires transitive io.sennit.mesh;

  // end mesh
  // begin shards
  requires transitive io.sennit.shards;

  // end shards
  // begin session
  // end session
  // begin causal
  requires transitive io.sennit.causal;

  // end causal
  // begin session-grpc
  // end session-grpc
  // begin zookeeper
  // end zookeeper
  // begin admin
  // end admin

  uses io.sennit.node.ControlProvider;
  uses io.sennit.node.Strand;

  provides io.sennit.node.Strand with
      // begin mesh
      io.sennit.node.mesh.MeshStrand,
      // end mesh
      // begin shards
      io.sennit.node.shards.ShardsStrand,
      // end shards
      // begin session
      // end session
      // begin causal
      io.sennit.node.causal.CausalStrand,
      // end causal
      // begin session-grpc
      // end session-grpc
      // begin zookeeper
      // end zookeeper
      // begin admin
      // end admin
      io.sennit.node.GridStrand;
}
