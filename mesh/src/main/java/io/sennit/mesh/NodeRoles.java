package io.sennit.mesh;

/**
 * What nodes speak with clients, by the names of the original. A role is any text; these are known.
 *
 * <p>seed: DGSRole, HTTPRole, TCPRole, UDPRole
 */
public final class NodeRoles {
  /** None of the others: the default. */
  public static final String DGS = "DGS";

  /** HTTP. */
  public static final String HTTP = "HTTP";

  /** TCP. */
  public static final String TCP = "TCP";

  /** UDP. */
  public static final String UDP = "UDP";

  private NodeRoles() {}
}
