package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import java.util.List;

/**
 * A mailbox gets another name. No original sends it, and the original's parser panics when there
 * are mails; an empty list of mails is accepted here.
 *
 * <p>Body: {@code user|mailbox|(value;tag)...|value;tag|(value;tag;contents)...}.
 *
 * @param user whose
 * @param mailbox its name that goes
 * @param rmvMailbox the tags of the old name, one at least
 * @param addMailbox the new name and its tag
 * @param addMails the mails under the new name; may be none
 */
public record RenameMsg(
    String user,
    Octets mailbox,
    List<Element> rmvMailbox,
    Element addMailbox,
    List<Element> addMails)
    implements MailOperation {
  static final String WORD = "rename";

  /** Keeps a copy of the lists. */
  public RenameMsg {
    rmvMailbox = List.copyOf(rmvMailbox);
    addMails = List.copyOf(addMails);
  }

  /**
   * Reads a body; seed: {@code ParseRename}.
   *
   * @throws io.sennit.core.ProtocolException if a count of fields or items, or base64, is wrong
   */
  public static RenameMsg parse(byte[] body) {
    var fields = LineText.fields(body, 5, WORD);
    return new RenameMsg(
        LineText.name(fields.get(0), "user"),
        LineText.base64(fields.get(1), "mailbox"),
        Element.pairs(fields.get(2), "mailbox removed"),
        Element.one(fields.get(3), 2, "mailbox added"),
        fields.get(4).isEmpty() ? List.of() : Element.triples(fields.get(4), "mails"));
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public byte[] body() {
    return LineText.body(
        this,
        Element.pairText(rmvMailbox),
        Element.pairText(List.of(addMailbox)),
        Element.tripleText(addMails));
  }
}
