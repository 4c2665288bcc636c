package io.sennit.causal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.causal.Octets;
import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The seven operations, both ways. */
class MailOperationTest {
  private static final Octets UNI = Octets.utf8("Uni");
  private static final Octets MAIL = Octets.utf8("1.a.host:2,");
  private static final Octets SEEN = Octets.utf8("1.a.host:2,S");
  private static final Octets TEXT = Octets.utf8("Subject: Hi\r\n\r\nYo\r\n");
  private static final String ONE = "11111111-1111-4111-8111-111111111111";
  private static final String TWO = "22222222-2222-4222-8222-222222222222";
  private static final String THREE = "33333333-3333-4333-8333-333333333333";

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** A golden line: read as it should be, and written to the same bytes. */
  private static void golden(String line, MailOperation expected) {
    var message = StampedMessage.parse(bytes(line));
    assertThat(MailOperation.parse(message.payload().toBytes())).contains(expected);
    assertThat(new String(message.encode(), UTF_8)).isEqualTo(line);
    assertThat(new String(expected.encode(), UTF_8)).isEqualTo(message.payload().text());
  }

  private static <T> void refused(java.util.function.Function<byte[], T> parser, String... bodies) {
    for (var body : bodies) {
      assertThatThrownBy(() -> parser.apply(bytes(body)))
          .as(body)
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  @Row({"C-golden", "C-ParseCreate", "C-CreateMsg", "C-S-dotted-mailbox"})
  void create() {
    golden(
        "worker-1|worker-1:1;storage:0|create|user1|VW5p|VW5p;" + ONE,
        new CreateMsg("user1", UNI, Element.of(UNI, ONE)));
    assertThat(CreateMsg.parse(bytes("||;")))
        .isEqualTo(new CreateMsg("", Octets.EMPTY, Element.of(Octets.EMPTY, "")));
    assertThat(CreateMsg.parse(bytes("u|dW5pLm1hdGhz|dW5pLm1hdGhz;t")).mailbox().text())
        .isEqualTo("uni.maths");
    refused(CreateMsg::parse, "", "u|VW5p", "u|VW5p|VW5p", "u|VW5p|VW5p;t;x", "u|VW5p|VW5p;t|");
  }

  @Test
  @Row({"C-golden", "C-ParseAppend", "C-AppendMsg", "C-Element"})
  void append() {
    golden(
        "worker-1|worker-1:2;storage:0|append|user1|VW5p|MS5hLmhvc3Q6Miw=;"
            + TWO
            + ";U3ViamVjdDogSGkNCg0KWW8NCg==",
        new AppendMsg("user1", UNI, new Element(MAIL, TWO, TEXT)));
    var empty = AppendMsg.parse(bytes("u|VW5p|YQ==;t;"));
    assertThat(empty.addMail().contents().length()).isZero();
    refused(AppendMsg::parse, "u|VW5p|YQ==;t", "u|VW5p|YQ==;t;;YQ==;t;", "u|VW5p");
  }

  @Test
  @Row({"C-golden", "C-ParseStore", "C-StoreMsg"})
  void store() {
    golden(
        "storage|storage:1;worker-1:2|store|user1|VW5p|MS5hLmhvc3Q6Miw=;"
            + TWO
            + "|MS5hLmhvc3Q6MixT;"
            + THREE
            + ";U3ViamVjdDogSGkNCg0KWW8NCg==",
        new StoreMsg("user1", UNI, List.of(Element.of(MAIL, TWO)), new Element(SEEN, THREE, TEXT)));
    refused(
        StoreMsg::parse,
        "u|VW5p|YQ==;t",
        "u|VW5p||YQ==;t;",
        "u|VW5p|YQ==;t|YQ==;t",
        "u|VW5p|a|b|c");
  }

  @Test
  @Row({"C-golden", "C-ParseExpunge", "C-ExpungeMsg"})
  void expunge() {
    golden(
        "worker-1|storage:1;worker-1:3|expunge|user1|VW5p|MS5hLmhvc3Q6MixT;" + THREE,
        new ExpungeMsg("user1", UNI, List.of(Element.of(SEEN, THREE))));
    assertThat(ExpungeMsg.parse(bytes("u|VW5p|;")).rmvMail())
        .containsExactly(Element.of(Octets.EMPTY, ""));
    refused(ExpungeMsg::parse, "u|VW5p|", "u|VW5p|YQ==;t;YQ==", "u|VW5p");
  }

  @Test
  @Row({"C-golden", "C-ParseDelete", "C-DeleteMsg", "C-S-dotted-mailbox"})
  void delete() {
    golden(
        "worker-1|storage:1;worker-1:4|delete|user1|VW5p|VW5p;" + ONE,
        new DeleteMsg("user1", UNI, List.of(Element.of(UNI, ONE))));
    var two = new DeleteMsg("user1", UNI, List.of(Element.of(UNI, "T1"), Element.of(UNI, "T2")));
    assertThat(new String(two.body(), UTF_8)).isEqualTo("user1|VW5p|VW5p;T1;VW5p;T2");
    assertThat(DeleteMsg.parse(bytes("u|VW5p|;")).rmvMailbox()).hasSize(1);
    assertThat(DeleteMsg.parse(bytes("u|YS5i|YS5i;t")).mailbox().text()).isEqualTo("a.b");
    refused(DeleteMsg::parse, "u|VW5p|", "u|VW5p|VW5p", "u|VW5p|VW5p;t|x");
  }

  @Test
  @Row({"C-ParseCopy", "C-CopyMsg"})
  void copy() {
    var body = "u|VW5p|YQ==;t;eA==;Yg==;s;";
    var copy = CopyMsg.parse(bytes(body));
    assertThat(copy.addMails())
        .containsExactly(
            new Element(Octets.utf8("a"), "t", Octets.utf8("x")),
            new Element(Octets.utf8("b"), "s", Octets.EMPTY));
    assertThat(new String(copy.body(), UTF_8)).isEqualTo(body);
    assertThat(CopyMsg.parse(bytes("u|VW5p|;;")).addMails()).hasSize(1);
    refused(CopyMsg::parse, "u|VW5p|", "u|VW5p|YQ==;t", "u|VW5p|YQ==;t;;YQ==");
  }

  /** The original takes the contents from the wrong array and panics. */
  @Test
  @Row({"C-ParseRename", "C-RenameMsg"})
  void rename() {
    var body = "u|VW5p|VW5p;t|YQ==;s|YQ==;t;eA==;Yg==;s;";
    var rename = RenameMsg.parse(bytes(body));
    assertThat(rename.addMails()).hasSize(2);
    assertThat(rename.addMails().getFirst().contents()).isEqualTo(Octets.utf8("x"));
    assertThat(rename.addMailbox()).isEqualTo(Element.of(Octets.utf8("a"), "s"));
    assertThat(new String(rename.body(), UTF_8)).isEqualTo(body);
    var none = RenameMsg.parse(bytes("u|VW5p|VW5p;t|YQ==;s|"));
    assertThat(none.addMails()).isEmpty();
    assertThat(new String(none.body(), UTF_8)).isEqualTo("u|VW5p|VW5p;t|YQ==;s|");
    refused(
        RenameMsg::parse,
        "u|VW5p|VW5p;t|YQ==;s",
        "u|VW5p||YQ==;s|",
        "u|VW5p|VW5p;t|YQ==;s;x|",
        "u|VW5p|VW5p;t|YQ==;s|YQ==;t");
  }

  @Test
  @Row({"C-ParseOp", "C-S-parse-op"})
  void aPayloadIsSplitAtItsFirstPipe() {
    assertThat(MailOperation.split(bytes("|")))
        .isEqualTo(new MailOperation.Split("", Octets.EMPTY));
    assertThat(MailOperation.split(bytes("create|u|x;y")))
        .isEqualTo(new MailOperation.Split("create", Octets.utf8("u|x;y")));
    assertThat(MailOperation.split(bytes("a||b|")).body().text()).isEqualTo("|b|");
    assertThatThrownBy(() -> MailOperation.split(bytes("create")))
        .isInstanceOf(ProtocolException.class);
    assertThat(MailOperation.parse(bytes("dance|u|VW5p|VW5p;t"))).isEmpty();
    assertThat(MailOperation.parse(bytes("CREATE|u|VW5p|VW5p;t"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"QR==,A", "'V\nW5p',Uni", "'VW5p\r\n',Uni", "'',''", "SU5CT1g=,INBOX"})
  @Row("C-V-base64")
  void base64IsReadAsTheOriginalDoes(String text, String value) {
    var body = bytes("u|" + text + "|;t");
    assertThat(CreateMsg.parse(body).mailbox().text()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"QQ==QQ==", "' QQ=='", "-_-_", "QQ", "QQ=", "====", "Q==="})
  @Row("C-V-base64")
  void badBase64IsRefused(String text) {
    refused(CreateMsg::parse, "u|" + text + "|;t");
  }

  @Test
  void whatWouldBreakTheLineIsNotWritten() {
    for (var bad : new String[] {"a|b", "a;b", "a\nb", "a\rb"}) {
      assertThatThrownBy(() -> new CreateMsg(bad, UNI, Element.of(UNI, "t")).encode())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new CreateMsg("u", UNI, Element.of(UNI, bad)).encode())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @Row("C-S-round-trip")
  void whateverIsWrittenIsReadTheSame() {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 3_000; i++) {
      var operation = any(random);
      assertThat(MailOperation.parse(operation.encode())).contains(operation);
    }
    var big = new byte[50 << 20];
    random.nextBytes(big);
    var append = new AppendMsg("u", UNI, new Element(MAIL, "t", Octets.of(big)));
    assertThat(MailOperation.parse(append.encode())).contains(append);
  }

  private static MailOperation any(SplittableRandom random) {
    var user = "u" + random.nextInt(5);
    var box = octets(random);
    return switch (random.nextInt(7)) {
      case 0 -> new CreateMsg(user, box, pair(random));
      case 1 -> new DeleteMsg(user, box, pairs(random));
      case 2 -> new AppendMsg(user, box, triple(random));
      case 3 -> new ExpungeMsg(user, box, pairs(random));
      case 4 -> new StoreMsg(user, box, pairs(random), triple(random));
      case 5 -> new CopyMsg(user, box, triples(random, 1));
      default -> new RenameMsg(user, box, pairs(random), pair(random), triples(random, 0));
    };
  }

  private static Octets octets(SplittableRandom random) {
    var bytes = new byte[random.nextInt(12)];
    random.nextBytes(bytes);
    return Octets.of(bytes);
  }

  private static Element pair(SplittableRandom random) {
    return Element.of(octets(random), "tag-" + random.nextInt(100) + "\ud83d\ude00");
  }

  private static Element triple(SplittableRandom random) {
    return new Element(octets(random), "t" + random.nextInt(100), octets(random));
  }

  private static List<Element> pairs(SplittableRandom random) {
    var all = new ArrayList<Element>();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      all.add(pair(random));
    }
    return all;
  }

  private static List<Element> triples(SplittableRandom random, int least) {
    var all = new ArrayList<Element>();
    for (int n = least + random.nextInt(3); n > 0; n--) {
      all.add(triple(random));
    }
    return all;
  }
}
