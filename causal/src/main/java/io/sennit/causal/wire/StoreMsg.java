package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import java.util.List;

/**
 * The flags of a mail change, and with them the name of its file.
 *
 * <p>Body: {@code user|mailbox|(value;tag)...|value;tag;contents}.
 *
 * @param user whose
 * @param mailbox its name
 * @param rmvMail the old name with its tags, one at least
 * @param addMail the new name, its tag and the contents
 */
public record StoreMsg(String user, Octets mailbox, List<Element> rmvMail, Element addMail)
    implements MailOperation {
  static final String WORD = "store";

  /** Keeps a copy of the lists. */
  public StoreMsg {
    rmvMail = List.copyOf(rmvMail);
  }

  /**
   * Reads a body; seed: {@code ParseStore}.
   *
   * @throws io.sennit.core.ProtocolException if a count of fields or items, or base64, is wrong
   */
  public static StoreMsg parse(byte[] body) {
    var fields = LineText.fields(body, 4, WORD);
    return new StoreMsg(
        LineText.name(fields.get(0), "user"),
        LineText.base64(fields.get(1), "mailbox"),
        Element.pairs(fields.get(2), "mail removed"),
        Element.one(fields.get(3), 3, "mail added"));
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public byte[] body() {
    return LineText.body(this, Element.pairText(rmvMail), Element.tripleText(List.of(addMail)));
  }
}
