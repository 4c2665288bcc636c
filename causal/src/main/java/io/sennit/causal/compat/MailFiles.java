package io.sennit.causal.compat;

import io.sennit.causal.Octets;

/**
 * Where the mails of mailboxes lie. Both methods must be harmless when repeated: a file that is
 * there already, or is gone already, is as it should be.
 */
public interface MailFiles {
  /** A mail came into being in a user's mailbox. */
  void put(String user, Octets mailbox, Octets mail, Octets contents);

  /** A mail is gone from a user's mailbox. */
  void remove(String user, Octets mailbox, Octets mail);
}
