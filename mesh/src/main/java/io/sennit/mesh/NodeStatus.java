package io.sennit.mesh;

/**
 * Whether a member takes new clients and work.
 *
 * <p>seed: status constants
 */
public enum NodeStatus {
  /** It takes all. */
  ONLINE(1),
  /** It ends: no new clients, rooms or groups; those it has are served on. */
  OFFLINE(2),
  /** No new clients; all else works. seed: MeshStatusTaken. */
  TAKEN(3);

  private final int number;

  NodeStatus(int number) {
    this.number = number;
  }

  /** Its number on the wire. */
  public int number() {
    return number;
  }

  /**
   * The status of a number.
   *
   * @throws IllegalArgumentException if it is not 1, 2 or 3
   */
  public static NodeStatus of(int number) {
    for (var status : values()) {
      if (status.number == number) {
        return status;
      }
    }
    throw new IllegalArgumentException(number + ": 1 online, 2 offline, 3 taken");
  }
}
