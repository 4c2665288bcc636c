package io.sennit.cli.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.cli.CommandProcess;
import io.sennit.core.Incarnation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A strand that no other room knows: everything of it is there, in processes as people run them.
 */
@Timeout(120)
class TrialIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  private CommandProcess node(String... settings) throws Exception {
    var arguments = new java.util.ArrayList<>(List.of("node"));
    for (var setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    var node = CommandProcess.start(dir, Map.of(), arguments.toArray(new String[0]));
    assertThat(node.line()).startsWith("sennit node");
    return node;
  }

  private CommandProcess.Result run(Map<String, String> environment, String... arguments)
      throws Exception {
    return CommandProcess.run(dir, environment, arguments);
  }

  private JsonNode word() throws Exception {
    return JSON.readTree(run(Map.of(), "call", "trial.word").out()).path("word");
  }

  @Test
  void itsSettingsComeFromTheFileTheEnvironmentAndTheirOtherNames() throws Exception {
    Files.writeString(dir.resolve("a.conf"), "trial { word = from-file }\n");
    Files.writeString(dir.resolve("b.conf"), "ELSEWHERE_TRIAL_ADDR = from-alias\n");
    Files.writeString(dir.resolve("c.conf"), "trial.word = a\nELSEWHERE_TRIAL_ADDR = b\n");
    Map<String, String> none = Map.of();
    var alias = Map.of("ELSEWHERE_TRIAL_ADDR", "there");
    assertThat(explained(none, "a.conf")).contains("from-file").contains("a.conf:1)");
    assertThat(explained(none, "b.conf"))
        .contains("from-alias")
        .contains("b.conf:1 as ELSEWHERE_TRIAL_ADDR)");
    assertThat(explained(Map.of("SENNIT_TRIAL_WORD", "here"), "a.conf"))
        .contains("here")
        .contains("(environment SENNIT_TRIAL_WORD)");
    assertThat(explained(alias, "a.conf"))
        .contains("there")
        .contains("(environment ELSEWHERE_TRIAL_ADDR)")
        .contains("Also ELSEWHERE_TRIAL_ADDR.");
    var twice = run(none, "config", "--config", "c.conf");
    assertThat(twice.exit()).isEqualTo(2);
    assertThat(twice.err()).contains("trial.word").contains("c.conf:1").contains("c.conf:2");
    var both = Map.of("ELSEWHERE_TRIAL_ADDR", "there", "SENNIT_TRIAL_WORD", "here");
    assertThat(run(both, "config").err()).contains("SENNIT_TRIAL_WORD and ELSEWHERE_TRIAL_ADDR");
    var wrong =
        run(
            none,
            "config",
            "--config",
            Files.writeString(dir.resolve("d"), "trial.wrd=1").toString());
    assertThat(wrong.err()).contains("the nearest is trial.word");
    var choice = run(Map.of("SENNIT_TRIAL_STATE", "SIDEWAYS"), "config");
    assertThat(choice.err()).contains("one of UP, DEGRADED, DOWN");
  }

  private String explained(Map<String, String> environment, String file) throws Exception {
    var all = run(environment, "config", "--config", file, "--explain");
    assertThat(all.exit()).as(all.err()).isZero();
    var lines = all.out().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("trial.word ")) {
        return lines.get(i) + lines.get(i + 1);
      }
    }
    throw new AssertionError(all.out());
  }

  @Test
  void itsCommandItsVerbAndItsFiguresAreThere() throws Exception {
    assertThat(run(Map.of(), "trial").out()).isEqualTo("hello from the trial\n");
    try (var node = node("ELSEWHERE_TRIAL_ADDR=spoken")) {
      assertThat(word().asText()).isEqualTo("spoken");
      assertThat(run(Map.of(), "call").out()).containsPattern("(?m)^trial\\.word +its word$");
      var info = run(Map.of(), "info", "--json");
      assertThat(info.exit()).isZero();
      var json = JSON.readTree(info.out());
      assertThat(json.path("meters").path("trial.asked").asInt()).isEqualTo(1);
      assertThat(json.path("health").path("state").asText()).isEqualTo("UP");
      assertThat(json.path("health").path("parts").has("trial")).isTrue();
    }
  }

  @Test
  void howItStandsIsTheExitCode() throws Exception {
    try (var node = node("trial.state=DEGRADED")) {
      var info = run(Map.of(), "info");
      assertThat(info.exit()).isEqualTo(3);
      assertThat(info.out()).contains("  DEGRADED: trial: it was told to be\n");
      assertThat(run(Map.of(), "call", "health").exit()).isZero(); // the question was answered
    }
    try (var node = node("trial.state=DOWN")) {
      var info = run(Map.of(), "info", "--json");
      assertThat(info.exit()).isEqualTo(4);
      var part = JSON.readTree(info.out()).path("health").path("parts").path("trial");
      assertThat(part.path("state").asText()).isEqualTo("DOWN");
      assertThat(part.path("why").asText()).isEqualTo("it was told to be");
    }
  }

  @Test
  void aStartThatFailsIsASentence() throws Exception {
    var failed = run(Map.of(), "node", "--set", "trial.fails=true");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.err())
        .contains("sennit: strand trial did not start")
        .contains("on purpose")
        .doesNotContain("\tat ");
    assertThat(dir.resolve("run"))
        .satisfiesAnyOf(
            run -> assertThat(run).doesNotExist(), run -> assertThat(run).isEmptyDirectory());
  }

  @Test
  void aSignalLetsItFinishAndThenEnds() throws Exception {
    try (var node = node("trial.diary=diary")) {
      node.signal("TERM");
      assertThat(node.exit()).isZero();
      assertThat(node.rest()).contains("has ended.");
      assertThat(diary()).containsExactly("draining", "drained", "closed");
    }
  }

  @Test
  void workThatNeverEndsIsCutShort() throws Exception {
    try (var node = node("trial.diary=diary", "trial.hangs=true", "drain=1 s")) {
      long begin = System.nanoTime();
      node.signal("TERM");
      assertThat(node.exit()).isZero();
      assertThat(node.rest()).contains("with work that it could not finish in 1000 ms");
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isBetween(900L, 20_000L);
      assertThat(diary()).containsExactly("draining", "closed");
    }
  }

  @Test
  void whileItDrainsItAnswersAndASecondSignalEndsItAtOnce() throws Exception {
    try (var node = node("trial.diary=diary", "trial.hangs=true", "drain=1 h")) {
      node.signal("TERM");
      Awaitility.await().until(() -> diary().contains("draining"));
      var info = run(Map.of(), "info");
      assertThat(info.exit()).isEqualTo(3);
      assertThat(info.out()).contains("DEGRADED: node: it drains, to end");
      node.signal("TERM");
      assertThat(node.exit()).isEqualTo(128 + 15);
      assertThat(diary()).containsExactly("draining");
    }
  }

  @Test
  void afterAKillTheNextLifeIsLater() throws Exception {
    Incarnation before;
    try (var node = node("data=data")) {
      before = incarnation();
      var second = run(Map.of(), "node", "--data", "data");
      assertThat(second.exit()).isEqualTo(2);
      assertThat(second.err()).contains("data").contains("a folder that no other node uses");
      node.signal("KILL");
      node.exit();
    }
    try (var node = node("data=data")) {
      assertThat(incarnation().isAfter(before)).isTrue();
    }
  }

  private Incarnation incarnation() throws Exception {
    var info = JSON.readTree(run(Map.of(), "info", "--json").out());
    return Incarnation.parse(info.path("incarnation").asText());
  }

  private List<String> diary() throws Exception {
    var file = dir.resolve("diary");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
