package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import java.util.List;

/**
 * A mail is removed from a mailbox.
 *
 * <p>Body: {@code user|mailbox|(value;tag)...}.
 *
 * @param user whose
 * @param mailbox its name
 * @param rmvMail the tags its publisher saw, one at least, all with the same value
 */
public record ExpungeMsg(String user, Octets mailbox, List<Element> rmvMail)
    implements MailOperation {
  static final String WORD = "expunge";

  /** Keeps a copy of the lists. */
  public ExpungeMsg {
    rmvMail = List.copyOf(rmvMail);
  }

  /**
   * Reads a body; seed: {@code ParseExpunge}.
   *
   * @throws io.sennit.core.ProtocolException if a count of fields or items, or base64, is wrong
   */
  public static ExpungeMsg parse(byte[] body) {
    var fields = LineText.fields(body, 3, WORD);
    return new ExpungeMsg(
        LineText.name(fields.get(0), "user"),
        LineText.base64(fields.get(1), "mailbox"),
        Element.pairs(fields.get(2), "mail"));
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public byte[] body() {
    return LineText.body(this, Element.pairText(rmvMail));
  }
}
