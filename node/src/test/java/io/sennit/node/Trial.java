package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sennit.core.Within;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A strand made of lambdas, which writes down what happens to it. */
final class Trial implements Strand {
  private final String name;
  private final Set<String> after;
  private final List<String> said;
  List<Setting> settings = List.of();
  List<String> verbs = List.of();
  Health health = Health.UP;
  Function<StrandContext, Object> begin = context -> this;
  Drain drain = within -> {};
  Runnable close = () -> {};

  /** What a drain does. */
  interface Drain {
    void run(Within within) throws Exception;
  }

  /** Says what happens into {@code said}. */
  Trial(String name, List<String> said, String... after) {
    this.name = name;
    this.said = said;
    this.after = Set.of(after);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> after() {
    return after;
  }

  @Override
  public List<Setting> settings() {
    return settings;
  }

  @Override
  public RunningStrand start(StrandContext context) {
    said.add("start " + name);
    var face = begin.apply(context);
    return new RunningStrand() {
      @Override
      public Object face() {
        return face;
      }

      @Override
      public List<ControlProvider> verbs() {
        return verbs.stream().<ControlProvider>map(Verb::new).toList();
      }

      @Override
      public Health health() {
        return health;
      }

      @Override
      public void drain(Within within) throws Exception {
        said.add("drain " + name);
        drain.run(within);
      }

      @Override
      public void close() {
        said.add("close " + name);
        close.run();
      }
    };
  }

  private record Verb(String name) implements ControlProvider {
    @Override
    public String about() {
      return "says its arguments";
    }

    @Override
    public JsonNode answer(Node node, JsonNode arguments) {
      return JsonNodeFactory.instance.objectNode().set("said", arguments);
    }
  }
}
