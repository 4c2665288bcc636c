package io.sennit.bench.harness;

/** What a peer's process answers to commands. */
interface PeerSession extends AutoCloseable {
  /** The first line: what this peer can do. */
  String ready();

  /** The answer to one command, one line of JSON. */
  String answer(String command) throws Exception;

  @Override
  void close() throws Exception;

  /** What a peer tells of itself. */
  static String describe(Peer peer) {
    return new JsonLine()
        .put("ready", peer.name())
        .put("pid", ProcessHandle.current().pid())
        .put("works", peer.works())
        .put("callers", peer.callers())
        .put("handlers", peer.handlers())
        .put("transports", peer.transports())
        .toString();
  }
}
