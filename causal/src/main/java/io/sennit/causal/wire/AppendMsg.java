package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import java.util.List;

/**
 * A mail is put into a mailbox.
 *
 * <p>Body: {@code user|mailbox|value;tag;contents}.
 *
 * @param user whose
 * @param mailbox its name
 * @param addMail its file name, tag and contents
 */
public record AppendMsg(String user, Octets mailbox, Element addMail) implements MailOperation {
  static final String WORD = "append";

  /**
   * Reads a body; seed: {@code ParseAppend}.
   *
   * @throws io.sennit.core.ProtocolException if a count of fields or items, or base64, is wrong
   */
  public static AppendMsg parse(byte[] body) {
    var fields = LineText.fields(body, 3, WORD);
    return new AppendMsg(
        LineText.name(fields.get(0), "user"),
        LineText.base64(fields.get(1), "mailbox"),
        Element.one(fields.get(2), 3, "mail"));
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public byte[] body() {
    return LineText.body(this, Element.tripleText(List.of(addMail)));
  }
}
