package io.sennit.core.death;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;

/**
 * Who says so. Two rooms of one process are one pair of eyes: witnesses are independent only if
 * their nodes differ.
 *
 * @param node the process that saw it
 * @param room the part of it that did: {@code grid}, {@code launcher}; 1 to 64 characters
 */
public record Witness(Address node, String room) {
  private static final int MAX_ROOM = 64;

  /** Checks the length. */
  public Witness {
    if (room.isEmpty() || room.length() > MAX_ROOM) {
      throw new ConfigException("witness", room, "a name of 1 to 64 characters");
    }
  }

  /** {@code grid at a:7400}. */
  @Override
  public String toString() {
    return room + " at " + node;
  }
}
