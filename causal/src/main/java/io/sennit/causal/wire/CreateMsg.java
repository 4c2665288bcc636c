package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import java.util.List;

/**
 * A mailbox is made.
 *
 * <p>Body: {@code user|mailbox|value;tag}, names in base64.
 *
 * @param user whose
 * @param mailbox its name
 * @param addMailbox the name again, with the tag of this adding
 */
public record CreateMsg(String user, Octets mailbox, Element addMailbox) implements MailOperation {
  static final String WORD = "create";

  /**
   * Reads a body; seed: {@code ParseCreate}.
   *
   * @throws io.sennit.core.ProtocolException if a count of fields or items, or base64, is wrong
   */
  public static CreateMsg parse(byte[] body) {
    var fields = LineText.fields(body, 3, WORD);
    return new CreateMsg(
        LineText.name(fields.get(0), "user"),
        LineText.base64(fields.get(1), "mailbox"),
        Element.one(fields.get(2), 2, "mailbox"));
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public byte[] body() {
    return LineText.body(this, Element.pairText(List.of(addMailbox)));
  }
}
