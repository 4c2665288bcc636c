package io.sennit.causal.compat;

import io.sennit.causal.Octets;
import io.sennit.causal.VectorClock;
import io.sennit.causal.wire.AppendMsg;
import io.sennit.causal.wire.CopyMsg;
import io.sennit.causal.wire.CreateMsg;
import io.sennit.causal.wire.DeleteMsg;
import io.sennit.causal.wire.Element;
import io.sennit.causal.wire.ExpungeMsg;
import io.sennit.causal.wire.MailOperation;
import io.sennit.causal.wire.RenameMsg;
import io.sennit.causal.wire.StampedMessage;
import io.sennit.causal.wire.StoreMsg;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The mailboxes of users as operations change them: the model whose convergence was proved, not
 * what the original's code does (docs/protocol/causal.md §8). A mailbox is there while it has a
 * mail, or an interest: each operation on it but its removal is one. A removal takes what its
 * publisher had seen, which its clock tells; so whatever happened at the same time keeps the
 * mailbox, and the original's removals, which list no mails, mean the same.
 *
 * <p>Messages must be applied in causal order, each once. Belongs to one thread at a time.
 */
public final class Mailboxes {
  /** Made by one message of one node: seen by whoever's clock has come so far. */
  private record Made(String by, long number) {
    boolean seenBy(VectorClock clock) {
      return clock.get(by) >= number;
    }
  }

  private record Mail(Octets name, Made made) {}

  private static final class Mailbox {
    final Map<String, Made> created = new TreeMap<>(); // by tag
    final Map<String, Long> interests =
        new TreeMap<>(); // the last message of each node that is one
    final Map<String, Mail> mails = new TreeMap<>(); // by tag

    boolean isThere() {
      return !created.isEmpty() || !interests.isEmpty() || !mails.isEmpty();
    }

    List<String> tags() {
      var all = new ArrayList<String>(created.keySet());
      interests.forEach((by, number) -> all.add(by + ":" + number));
      return all;
    }

    boolean holds(Octets mail) {
      return mails.values().stream().anyMatch(one -> one.name.equals(mail));
    }
  }

  private final Map<String, TreeMap<Octets, Mailbox>> users = new TreeMap<>();
  private final MailFiles files;

  /** No mailboxes. */
  public Mailboxes(MailFiles files) {
    this.files = files;
  }

  /** The names of a user's mailboxes, in the order of their bytes. */
  public List<Octets> names(String user) {
    return List.copyOf(of(user).keySet());
  }

  /** The names of the mails in a mailbox, in the order of their bytes. */
  public List<Octets> mails(String user, Octets mailbox) {
    var names = new TreeSet<Octets>();
    var box = of(user).get(mailbox);
    if (box != null) {
      box.mails.values().forEach(mail -> names.add(mail.name));
    }
    return List.copyOf(names);
  }

  /** The tags of a mail as a publisher of its removal must list them. */
  public List<Element> elements(String user, Octets mailbox, Octets mail) {
    var found = new ArrayList<Element>();
    var box = of(user).get(mailbox);
    if (box != null) {
      box.mails.forEach(
          (tag, one) -> {
            if (one.name.equals(mail)) {
              found.add(Element.of(mail, tag));
            }
          });
    }
    return List.copyOf(found);
  }

  /** The tags of a mailbox as a publisher of its removal must list them. */
  public List<Element> elements(String user, Octets mailbox) {
    var box = of(user).get(mailbox);
    return box == null
        ? List.of()
        : box.tags().stream().map(tag -> Element.of(mailbox, tag)).toList();
  }

  /** All that is there, equal for replicas that applied the same: user, mailbox, mail, tags. */
  public Map<String, List<String>> contents() {
    var all = new LinkedHashMap<String, List<String>>();
    users.forEach(
        (user, boxes) ->
            boxes.forEach(
                (name, box) -> {
                  var lines = new ArrayList<>(box.tags());
                  box.mails.forEach((tag, mail) -> lines.add(tag + " " + mail.name.text()));
                  all.put(user + "/" + name.text(), lines);
                }));
    return all;
  }

  /**
   * Applies a message's operation.
   *
   * @return false for an operation nobody knows, which changes nothing
   * @throws io.sennit.core.ProtocolException if the payload is not of its operation's form
   */
  public boolean apply(StampedMessage message) {
    var operation = MailOperation.parse(message.payload().toBytes());
    operation.ifPresent(op -> apply(op, message));
    return operation.isPresent();
  }

  private void apply(MailOperation operation, StampedMessage by) {
    var made = new Made(by.sender(), by.seq());
    var user = operation.user();
    var name = operation.mailbox();
    switch (operation) {
      case CreateMsg op -> box(user, name).created.put(op.addMailbox().tag(), made);
      case DeleteMsg op -> remove(user, name, op.rmvMailbox(), by.clock());
      case AppendMsg op -> add(user, name, op.addMail(), made);
      case ExpungeMsg op -> expunge(user, name, op.rmvMail(), made);
      case StoreMsg op -> {
        expunge(user, name, op.rmvMail(), made);
        add(user, name, op.addMail(), made);
      }
      case CopyMsg op -> op.addMails().forEach(mail -> add(user, name, mail, made));
      case RenameMsg op -> {
        remove(user, name, op.rmvMailbox(), by.clock());
        var to = op.addMailbox();
        box(user, to.value()).created.put(to.tag(), made);
        op.addMails().forEach(mail -> add(user, to.value(), mail, made));
      }
    }
    if (!box(user, name).isThere()) {
      of(user).remove(name);
    }
  }

  /** What the publisher had seen goes: its tags, and all that its clock covers. */
  private void remove(String user, Octets name, List<Element> seen, VectorClock clock) {
    var box = box(user, name);
    seen.forEach(element -> box.created.remove(element.tag()));
    box.created.values().removeIf(made -> made.seenBy(clock));
    box.interests.entrySet().removeIf(e -> clock.get(e.getKey()) >= e.getValue());
    for (var tag : List.copyOf(box.mails.keySet())) {
      var mail = box.mails.get(tag);
      if (mail != null && mail.made.seenBy(clock)) {
        take(user, name, box, tag);
      }
    }
  }

  private void add(String user, Octets name, Element mail, Made made) {
    var box = box(user, name);
    boolean isNew = !box.holds(mail.value());
    box.mails.put(mail.tag(), new Mail(mail.value(), made));
    interest(box, made);
    if (isNew) {
      files.put(user, name, mail.value(), mail.contents());
    }
  }

  private void expunge(String user, Octets name, List<Element> seen, Made made) {
    var box = box(user, name);
    seen.forEach(element -> take(user, name, box, element.tag()));
    interest(box, made);
  }

  /** Whoever works in a mailbox wants it. */
  private static void interest(Mailbox box, Made made) {
    box.interests.put(made.by, made.number);
  }

  private void take(String user, Octets name, Mailbox box, String tag) {
    @Nullable Mail mail = box.mails.remove(tag);
    if (mail != null && !box.holds(mail.name)) {
      files.remove(user, name, mail.name);
    }
  }

  private TreeMap<Octets, Mailbox> of(String user) {
    return users.computeIfAbsent(user, _ -> new TreeMap<>());
  }

  private Mailbox box(String user, Octets name) {
    return of(user).computeIfAbsent(name, _ -> new Mailbox());
  }
}
