package io.sennit.examples.hello;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.examples.Readme;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HelloTest {
  @Test
  void printsWhatItsReadmeSays() {
    var printed = new ByteArrayOutputStream();
    Hello.run(new PrintStream(printed, true, UTF_8));
    assertThat(printed.toString(UTF_8)).isEqualTo(Readme.output("hello"));
  }
}
