package io.sennit.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadTest {
  @Test
  void aCommandReadsBack() {
    Load load = new Load(Load.BIDI, 512, 64, Load.CALLBACK, "item-credit", Load.PLAIN, 700);
    assertThat(Load.parse(Load.words("run " + load.command()))).isEqualTo(load);
    assertThat(load.mode()).isEqualTo("callback/item-credit/plain");
  }

  @Test
  void aMissingWordIsNamed() {
    assertThatThrownBy(() -> Load.parse(Map.of("work", "unary"))).hasMessageContaining("payload");
  }

  @Test
  void jsonIsQuoted() {
    assertThat(new JsonLine().put("a", "x\"y\\z\n").put("b", List.of("q")).put("c", 1).toString())
        .isEqualTo("{\"a\":\"x\\\"y\\\\z\\n\",\"b\":[\"q\"],\"c\":1}");
  }

  @Test
  void otherContentOfTheSameLengthIsFound() {
    assertThatThrownBy(() -> Payloads.check(new byte[] {1}, new byte[] {2}, 0))
        .hasMessageContaining("wrong reply");
  }
}
