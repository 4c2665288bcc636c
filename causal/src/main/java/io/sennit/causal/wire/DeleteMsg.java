package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import java.util.List;

/**
 * A mailbox is removed.
 *
 * <p>Body: {@code user|mailbox|(value;tag)...}.
 *
 * @param user whose
 * @param mailbox its name
 * @param rmvMailbox the tags its publisher saw, one at least, all with the same value
 */
public record DeleteMsg(String user, Octets mailbox, List<Element> rmvMailbox)
    implements MailOperation {
  static final String WORD = "delete";

  /** Keeps a copy of the lists. */
  public DeleteMsg {
    rmvMailbox = List.copyOf(rmvMailbox);
  }

  /**
   * Reads a body; seed: {@code ParseDelete}.
   *
   * @throws io.sennit.core.ProtocolException if a count of fields or items, or base64, is wrong
   */
  public static DeleteMsg parse(byte[] body) {
    var fields = LineText.fields(body, 3, WORD);
    return new DeleteMsg(
        LineText.name(fields.get(0), "user"),
        LineText.base64(fields.get(1), "mailbox"),
        Element.pairs(fields.get(2), "mailbox"));
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public byte[] body() {
    return LineText.body(this, Element.pairText(rmvMailbox));
  }
}
