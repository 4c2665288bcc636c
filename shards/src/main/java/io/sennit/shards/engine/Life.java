package io.sennit.shards.engine;

import org.jspecify.annotations.Nullable;

/** One life of a node, as the orchestrator knows it. On the loop. */
final class Life {
  /** How sure the orchestrator is of it. */
  enum Status {
    /** It has a link and renews its lease. */
    CONNECTED,
    /** It has none; its lease may still hold. */
    SILENT,
    /** Its lease has lapsed or it is dead: no permit of it holds. */
    OVER
  }

  final String key;
  final String id;
  final String incarnation;
  String version = "";
  String address = "";
  String zone = "";
  int capacity;
  Status status = Status.SILENT;
  long leaseEnd;
  boolean leaving;
  @Nullable EventPort port;
  @Nullable OriginalNode original; // in place of the port, for an original node

  Life(String key) {
    this.key = key;
    int mark = key.lastIndexOf('#');
    this.id = key.substring(0, Math.max(0, mark));
    this.incarnation = key.substring(mark + 1);
  }

  static String key(String id, String incarnation) {
    return id + "#" + incarnation;
  }

  /** The incarnation that stands for all lives of an original node, which says none. */
  static final String ORIGINAL = "original";

  boolean isOriginal() {
    return incarnation.equals(ORIGINAL);
  }

  boolean isConnected() {
    return status == Status.CONNECTED;
  }
}
