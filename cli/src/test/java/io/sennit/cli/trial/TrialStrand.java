package io.sennit.cli.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sennit.core.Within;
import io.sennit.node.ControlProvider;
import io.sennit.node.Health;
import io.sennit.node.Node;
import io.sennit.node.RunningStrand;
import io.sennit.node.Setting;
import io.sennit.node.Strand;
import io.sennit.node.StrandConfig;
import io.sennit.node.StrandContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A strand as a stranger would add it: this package and two files that name its classes, and no
 * file of another room. It keeps a diary of what happens to it.
 */
public final class TrialStrand implements Strand {
  static final Setting WORD =
      Setting.of("trial.word", Setting.Kind.NAME, "none", "What it says when it is asked.")
          .alias("ELSEWHERE_TRIAL_ADDR");
  static final Setting STATE =
      Setting.choice("trial.state", "UP", List.of("UP", "DEGRADED", "DOWN"), "How it stands.");
  static final Setting DIARY =
      Setting.of("trial.diary", Setting.Kind.FOLDER, "", "Where it writes down what happens.");
  static final Setting HANGS =
      Setting.of("trial.hangs", Setting.Kind.FLAG, "false", "Whether its work never ends.");
  static final Setting FAILS =
      Setting.of("trial.fails", Setting.Kind.FLAG, "false", "Whether it does not start.");

  @Override
  public String name() {
    return "trial";
  }

  @Override
  public Set<String> after() {
    return Set.of("grid");
  }

  @Override
  public List<Setting> settings() {
    return List.of(WORD, STATE, DIARY, HANGS, FAILS);
  }

  @Override
  public RunningStrand start(StrandContext context) {
    var told = context.config();
    if (told.flag(FAILS)) {
      throw new IllegalStateException("on purpose");
    }
    return new Running(told, context.meters().count("asked"), told.path(DIARY));
  }

  private record Running(StrandConfig told, io.sennit.node.Meters.Count asked, Optional<Path> diary)
      implements RunningStrand {
    @Override
    public Object face() {
      return this;
    }

    @Override
    public List<ControlProvider> verbs() {
      return List.of(new WordVerb(this));
    }

    @Override
    public Health health() {
      var state = Health.State.valueOf(told.text(STATE));
      return state == Health.State.UP ? Health.UP : new Health(state, "it was told to be");
    }

    @Override
    public void drain(Within within) throws Exception {
      note("draining");
      if (told.flag(HANGS) && !new CountDownLatch(1).await(1, TimeUnit.HOURS)) {
        throw new IllegalStateException("nobody came");
      }
      note("drained");
    }

    @Override
    public void close() {
      note("closed");
    }

    private void note(String line) {
      if (diary.isPresent()) {
        try {
          Files.writeString(
              diary.get(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private record WordVerb(Running trial) implements ControlProvider {
    @Override
    public String name() {
      return "trial.word";
    }

    @Override
    public String about() {
      return "its word";
    }

    @Override
    public JsonNode answer(Node node, JsonNode arguments) {
      trial.asked().add();
      return JsonNodeFactory.instance.objectNode().put("word", trial.told().text(WORD));
    }
  }
}
