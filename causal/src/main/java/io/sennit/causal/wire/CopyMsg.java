package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import java.util.List;

/**
 * Mails are put into a mailbox; no original sends it.
 *
 * <p>Body: {@code user|mailbox|(value;tag;contents)...}.
 *
 * @param user whose
 * @param mailbox its name
 * @param addMails one at least
 */
public record CopyMsg(String user, Octets mailbox, List<Element> addMails)
    implements MailOperation {
  static final String WORD = "copy";

  /** Keeps a copy of the lists. */
  public CopyMsg {
    addMails = List.copyOf(addMails);
  }

  /**
   * Reads a body; seed: {@code ParseCopy}.
   *
   * @throws io.sennit.core.ProtocolException if a count of fields or items, or base64, is wrong
   */
  public static CopyMsg parse(byte[] body) {
    var fields = LineText.fields(body, 3, WORD);
    return new CopyMsg(
        LineText.name(fields.get(0), "user"),
        LineText.base64(fields.get(1), "mailbox"),
        Element.triples(fields.get(2), "mails"));
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public byte[] body() {
    return LineText.body(this, Element.tripleText(addMails));
  }
}
