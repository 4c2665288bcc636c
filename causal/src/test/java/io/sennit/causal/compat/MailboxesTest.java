package io.sennit.causal.compat;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What comes of operations at the same time: the right column of docs/protocol/causal.md §8. */
class MailboxesTest {
  private static final String USER = "u";
  private static final Octets M = Octets.utf8("m");
  private static final Octets F = Octets.utf8("f");
  private static final Octets G = Octets.utf8("g");
  private static final Octets H = Octets.utf8("h");

  /** A node with its clock, its mailboxes, and the files they say it has. */
  private static final class Node implements MailFiles {
    final String name;
    final Map<String, Octets> files = new TreeMap<>();
    final Mailboxes boxes = new Mailboxes(this);
    final List<StampedMessage> waiting = new ArrayList<>();
    VectorClock clock = VectorClock.EMPTY;

    Node(String name) {
      this.name = name;
    }

    @Override
    public void put(String user, Octets mailbox, Octets mail, Octets contents) {
      assertThat(files.put(user + "/" + mailbox.text() + "/" + mail.text(), contents)).isNull();
    }

    @Override
    public void remove(String user, Octets mailbox, Octets mail) {
      assertThat(files.remove(user + "/" + mailbox.text() + "/" + mail.text())).isNotNull();
    }

    StampedMessage publish(MailOperation operation) {
      clock = clock.incremented(name);
      var message = new StampedMessage(name, clock, Octets.of(operation.encode()));
      boxes.apply(message);
      return message;
    }

    void receive(StampedMessage message) {
      waiting.add(message);
      while (waiting.removeIf(this::deliver)) {
        // what waited for it may come now
      }
    }

    private boolean deliver(StampedMessage m) {
      boolean next = m.seq() == clock.get(m.sender()) + 1;
      if (next && clock.incremented(m.sender()).covers(m.clock())) {
        boxes.apply(m);
        clock = clock.max(m.clock());
        return true;
      }
      return false;
    }
  }

  private int tags;

  private String tag() {
    return "t" + tags++;
  }

  private MailOperation create(Node at) {
    return new CreateMsg(USER, M, Element.of(M, tag()));
  }

  private MailOperation delete(Node at) {
    return new DeleteMsg(USER, M, at.boxes.elements(USER, M));
  }

  private Function<Node, MailOperation> append(Octets mail) {
    return _ -> new AppendMsg(USER, M, new Element(mail, tag(), Octets.utf8("text")));
  }

  private static MailOperation expunge(Node at) {
    return new ExpungeMsg(USER, M, at.boxes.elements(USER, M, F));
  }

  private Function<Node, MailOperation> store(Octets to) {
    return at ->
        new StoreMsg(
            USER, M, at.boxes.elements(USER, M, F), new Element(to, tag(), Octets.utf8("text")));
  }

  /**
   * Two operations at the same time, on mailbox m with mail f if it is there before; each node sees
   * the other's second, and a third node sees them in both orders.
   */
  private void pair(
      boolean before,
      Function<Node, MailOperation> one,
      Function<Node, MailOperation> two,
      String... expected) {
    var a = new Node("A");
    var b = new Node("B");
    var c = new Node("C");
    var d = new Node("D");
    if (before) {
      for (var first : List.of(a.publish(create(a)), a.publish(append(F).apply(a)))) {
        b.receive(first);
        c.receive(first);
        d.receive(first);
      }
    }
    var ofA = a.publish(one.apply(a));
    var ofB = b.publish(two.apply(b));
    a.receive(ofB);
    b.receive(ofA);
    c.receive(ofA);
    c.receive(ofB);
    d.receive(ofB);
    d.receive(ofA);
    for (var node : List.of(a, b, c, d)) {
      var found = new ArrayList<String>();
      for (var box : node.boxes.names(USER)) {
        found.add(box.text());
        node.boxes.mails(USER, box).forEach(mail -> found.add(box.text() + "/" + mail.text()));
      }
      assertThat(found).as(node.name).containsExactly(expected);
      assertThat(node.boxes.contents()).isEqualTo(a.boxes.contents());
      assertThat(node.files).isEqualTo(a.files);
      var filed = node.files.keySet().stream().map(f -> f.substring(2)).toList();
      assertThat(found).as("each mail has its file").containsAll(filed);
      assertThat(filed).hasSize((int) found.stream().filter(f -> f.contains("/")).count());
    }
  }

  @Test
  @Row({"C-4.3-create-create", "C-concurrency"})
  void createAndCreateMakeOneMailbox() {
    pair(false, this::create, this::create, "m");
  }

  @Test
  @Row({"C-4.3-create-delete", "C-concurrency"})
  void createOutlivesDeleteButTheMailsItSawVanish() {
    pair(true, this::create, this::delete, "m");
    pair(true, this::delete, this::create, "m");
  }

  @Test
  @Row({"C-4.3-delete-delete", "C-concurrency"})
  void deleteAndDeleteAreTolerant() {
    pair(true, this::delete, this::delete);
  }

  @Test
  @Row({"C-4.3-delete-append", "C-concurrency"})
  void anAppendKeepsTheMailbox() {
    pair(true, this::delete, append(G), "m", "m/g");
    pair(true, append(G), this::delete, "m", "m/g");
  }

  @Test
  @Row({"C-4.3-delete-create-append", "C-concurrency"})
  void anAppendSurvivesDeleteThenCreate() {
    var a = new Node("A");
    var b = new Node("B");
    var first = a.publish(create(a));
    b.receive(first);
    var delete = a.publish(delete(a));
    var again = a.publish(create(a));
    var append = b.publish(append(F).apply(b));
    a.receive(append);
    b.receive(again); // before the removal it follows: waits
    assertThat(b.waiting).hasSize(1);
    b.receive(delete);
    assertThat(a.boxes.mails(USER, M)).containsExactly(F);
    assertThat(b.boxes.contents()).isEqualTo(a.boxes.contents());
    assertThat(a.files).isEqualTo(b.files).hasSize(1);
  }

  @Test
  @Row({"C-4.3-delete-expunge", "C-concurrency"})
  void expungeAndStoreKeepTheMailbox() {
    pair(true, this::delete, MailboxesTest::expunge, "m");
    pair(true, this::delete, store(G), "m", "m/g");
  }

  @Test
  @Row({"C-4.3-append-append", "C-concurrency"})
  void bothAppendsStay() {
    pair(true, append(G), append(H), "m", "m/f", "m/g", "m/h");
    pair(true, append(G), append(G), "m", "m/f", "m/g");
  }

  @Test
  @Row({"C-4.3-expunge-expunge", "C-concurrency"})
  void expungeAndExpungeAreTolerant() {
    pair(true, MailboxesTest::expunge, MailboxesTest::expunge, "m");
  }

  @Test
  @Row({"C-4.3-expunge-store", "C-concurrency"})
  void aStoreOutlivesAnExpunge() {
    pair(true, MailboxesTest::expunge, store(G), "m", "m/g");
  }

  @Test
  @Row({"C-4.3-store-store", "C-concurrency"})
  void twoStoresMakeTwoMails() {
    pair(true, store(G), store(H), "m", "m/g", "m/h");
  }

  @Test
  void copyAndRenameMoveMails() {
    var a = new Node("A");
    a.publish(create(a));
    a.publish(append(F).apply(a));
    a.publish(new CopyMsg(USER, M, List.of(new Element(G, tag(), Octets.utf8("text")))));
    var n = Octets.utf8("n");
    a.publish(
        new RenameMsg(
            USER,
            M,
            a.boxes.elements(USER, M),
            Element.of(n, tag()),
            List.of(new Element(F, tag(), Octets.EMPTY), new Element(G, tag(), Octets.EMPTY))));
    assertThat(a.boxes.names(USER)).containsExactly(n);
    assertThat(a.boxes.mails(USER, n)).containsExactly(F, G);
    assertThat(a.files.keySet()).containsExactly("u/n/f", "u/n/g");
  }

  @Test
  void aWordNobodyKnowsChangesNothing() {
    var a = new Node("A");
    assertThat(
            a.boxes.apply(
                new StampedMessage("B", VectorClock.EMPTY.with("B", 1), Octets.utf8("dance|u"))))
        .isFalse();
    assertThat(a.boxes.contents()).isEmpty();
  }

  /** Any operations, delivered in any causal order, leave all nodes alike. */
  @Test
  @Row("C-mail-convergence")
  void allNodesComeToTheSame() {
    for (long seed = 1; seed <= 300; seed++) {
      var random = new SplittableRandom(seed);
      var nodes = List.of(new Node("A"), new Node("B"), new Node("C"));
      Map<Node, List<StampedMessage>> onTheWay = new LinkedHashMap<>();
      nodes.forEach(node -> onTheWay.put(node, new ArrayList<>()));
      for (int step = 0; step < 40; step++) {
        var node = nodes.get(random.nextInt(3));
        var queue = onTheWay.getOrDefault(node, List.of());
        if (random.nextBoolean() && !queue.isEmpty()) {
          node.receive(queue.remove(random.nextInt(queue.size())));
          continue;
        }
        var operation = any(random, node);
        var listsNothing =
            switch (operation) {
              case DeleteMsg op -> op.rmvMailbox().isEmpty();
              case ExpungeMsg op -> op.rmvMail().isEmpty();
              case StoreMsg op -> op.rmvMail().isEmpty();
              default -> false;
            };
        if (listsNothing) {
          continue;
        }
        var message = node.publish(operation);
        onTheWay.forEach(
            (to, its) -> {
              if (to != node) {
                its.add(message);
              }
            });
      }
      onTheWay.forEach((node, queue) -> queue.forEach(node::receive));
      for (var node : nodes) {
        assertThat(node.waiting).isEmpty();
        assertThat(node.boxes.contents())
            .as("seed " + seed)
            .isEqualTo(nodes.getFirst().boxes.contents());
        assertThat(node.files).isEqualTo(nodes.getFirst().files);
      }
    }
  }

  private MailOperation any(SplittableRandom random, Node at) {
    return switch (random.nextInt(6)) {
      case 0 -> create(at);
      case 1 -> delete(at);
      case 2 -> append(random.nextBoolean() ? F : G).apply(at);
      case 3 -> expunge(at);
      case 4 -> store(H).apply(at);
      default -> new CopyMsg(USER, M, List.of(new Element(G, tag(), Octets.utf8("text"))));
    };
  }
}
