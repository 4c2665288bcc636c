package io.sennit.node;

import io.sennit.core.spi.Peer;
import io.sennit.grid.Authenticator;

/** A node without a key lets everyone in; it listens on loopback only. */
final class OpenDoor implements Authenticator {
  private static final String WORD = "loopback";

  @Override
  public String token(String remote) {
    return WORD;
  }

  @Override
  public void check(String token, Peer peer) {
    // whoever reaches loopback is on this machine already
  }
}
