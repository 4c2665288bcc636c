import org.jspecify.annotations.NullMarked;

/** Who: members, messages over encrypted datagrams, shared data. */
@NullMarked
module io.sennit.mesh {
  requires transitive io.sennit.core;
  requires static transitive org.jspecify;

  exports io.sennit.mesh;
}
