package io.sennit.mesh;

/** A change of the membership, told to those who {@link Mesh#watch} it. */
public sealed interface MemberChange {
  /** A member is there that was not, or is there again. */
  record Joined(NodeEntry member) implements MemberChange {}

  /**
   * A member is gone.
   *
   * @param why what speaks for it, one sentence
   */
  record Departed(NodeEntry member, String why) implements MemberChange {}

  /** A member says something else of itself, or is doubted, or no longer. */
  record Changed(NodeEntry before, NodeEntry member) implements MemberChange {}
}
