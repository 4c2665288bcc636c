package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import io.sennit.core.ProtocolException;
import java.util.Optional;

/**
 * An operation on a user's mailboxes as the original sends it in a message's payload: a word, a
 * pipe, a body (docs/protocol/causal.md §6).
 */
public sealed interface MailOperation
    permits CreateMsg, DeleteMsg, AppendMsg, ExpungeMsg, StoreMsg, CopyMsg, RenameMsg {

  /** The word before the first pipe, in lower case. */
  String word();

  /** Whose mailbox. */
  String user();

  /** Its name; the old one of a renaming. */
  Octets mailbox();

  /**
   * The body, behind the word and its pipe.
   *
   * @throws IllegalArgumentException if the user or a tag would break the line
   */
  byte[] body();

  /** The whole payload. */
  default byte[] encode() {
    return LineText.bytes(word() + "|" + LineText.raw(body()));
  }

  /**
   * A payload taken apart; seed: what {@code ParseOp} returns.
   *
   * @param word of the operation; may be empty
   * @param body the rest, with pipes of its own; may be empty
   */
  record Split(String word, Octets body) {}

  /**
   * Takes a payload apart at its first pipe; seed: {@code ParseOp}.
   *
   * @throws ProtocolException if it has none
   */
  static Split split(byte[] payload) {
    var raw = LineText.raw(payload);
    int pipe = raw.indexOf('|');
    if (pipe < 0) {
      throw new ProtocolException("operation", -1, "has no pipe");
    }
    return new Split(
        LineText.name(raw.substring(0, pipe), "operation"),
        Octets.of(LineText.bytes(raw.substring(pipe + 1))));
  }

  /**
   * Reads a payload; empty for a word nobody knows, which the original ignores.
   *
   * @throws ProtocolException if there is no pipe, or the body is not of the word's form
   */
  static Optional<MailOperation> parse(byte[] payload) {
    var split = split(payload);
    var body = split.body().toBytes();
    return Optional.ofNullable(
        switch (split.word()) {
          case CreateMsg.WORD -> CreateMsg.parse(body);
          case DeleteMsg.WORD -> DeleteMsg.parse(body);
          case AppendMsg.WORD -> AppendMsg.parse(body);
          case ExpungeMsg.WORD -> ExpungeMsg.parse(body);
          case StoreMsg.WORD -> StoreMsg.parse(body);
          case CopyMsg.WORD -> CopyMsg.parse(body);
          case RenameMsg.WORD -> RenameMsg.parse(body);
          default -> null;
        });
  }
}
