package io.sennit.mesh;

/** The words by which errors name what was being done. */
final class Operations {
  static final String SEND = "mesh send";
  static final String REQUEST = "mesh request";
  static final String RPC = "mesh rpc";

  private Operations() {}
}
