package io.sennit.causal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.testkit.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every message line that was recorded between originals, read and written to the same bytes. */
class RecordedTest {
  private static final Pattern LINE = Pattern.compile("#\\d+ \\+\\d+ms \"(.*)\\\\r\\\\n\"");
  private static final String PING = "> ping <";

  private static List<String> lines(String file) throws IOException {
    var found = new ArrayList<String>();
    try (var in = RecordedTest.class.getResourceAsStream("/" + file)) {
      assertThat(in).as(file).isNotNull();
      for (var line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        var match = LINE.matcher(line);
        if (match.find() && !match.group(1).equals(PING)) {
          assertThat(match.group(1)).as("nothing is escaped").doesNotContain("\\");
          found.add(match.group(1));
        }
      }
    }
    return found;
  }

  @Test
  @Row("C-recorded")
  void everyRecordedLineIsReadAndWrittenToTheSameBytes() throws IOException {
    int operations = 0;
    int count = 0;
    for (var file :
        List.of("causal-sender.txt", "causal-torn-log.txt", "causal-mail-storage.txt")) {
      var lines = lines(file);
      assertThat(lines).as(file).isNotEmpty();
      for (var line : lines) {
        var message = StampedMessage.parse(line.getBytes(ISO_8859_1));
        assertThat(new String(message.encode(), ISO_8859_1)).isEqualTo(line);
        assertThat(message.seq()).as(line).isPositive();
        count++;
        var payload = message.payload().toBytes();
        if (message.payload().text().matches("(create|store)\\|.*")) {
          var operation = MailOperation.parse(payload).orElseThrow();
          assertThat(operation.encode()).isEqualTo(payload);
          operations++;
        }
      }
    }
    assertThat(count).isEqualTo(13);
    assertThat(operations).isEqualTo(2);
  }

  /** The number is stamped when a line is sent, so a torn last line is sent as a message too. */
  @Test
  void aTornLineOfTheOriginalIsAMessageLikeAnyOther() throws IOException {
    assertThat(lines("causal-torn-log.txt"))
        .contains("A|B:7;A:42|op|full", "A|B:7;A:43|op|tor", "A|B:7;A:44|op|later");
  }
}
