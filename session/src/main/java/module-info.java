import org.jspecify.annotations.NullMarked;

/**
 * Through whom: group protocols over a tree of relays that builds, repairs and cleans up itself.
 */
@NullMarked
module io.sennit.session {
  requires transitive io.sennit.core;
  requires com.fasterxml.jackson.core;
  requires static transitive org.jspecify;

  exports io.sennit.session;
  exports io.sennit.session.routing;
  exports io.sennit.session.wire;
}
