package io.sennit.node.shards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.node.ControlProvider;
import io.sennit.node.Node;
import io.sennit.node.StreamingControlProvider;
import io.sennit.shards.MoveResult;
import io.sennit.shards.Orchestrator;
import io.sennit.shards.ShardDecision;
import io.sennit.shards.Shards;
import io.sennit.shards.ShardsStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** What commands can ask an orchestrator; docs/shards.md lists arguments and answers. */
final class ShardsVerbs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_WAIT = 120; // seconds; a move ends before

  private ShardsVerbs() {}

  /** Asks the orchestrator. */
  private interface Ask {
    JsonNode of(Orchestrator orchestrator, JsonNode arguments) throws Exception;
  }

  private record Verb(Shards shards, String name, String about, Ask ask)
      implements ControlProvider {
    @Override
    public JsonNode answer(Node node, JsonNode arguments) throws Exception {
      return ask.of(
          ShardsStrand.orchestrator(shards, arguments.path("type").asText("")), arguments);
    }
  }

  static List<ControlProvider> of(Shards shards) {
    return List.of(
        new Verb(shards, "shards", "how shards stand", (o, _) -> status(get(o.status()))),
        new Verb(
            shards,
            "shards.move",
            "moves a shard with its state: shard, node",
            (o, a) -> moved(get(o.migrate(shard(a), text(a, "node"))))),
        new Verb(
            shards,
            "shards.start",
            "lets a stopped shard run: shard, node if it matters",
            (o, a) ->
                done(
                    get(
                        o.start(
                            shard(a),
                            Optional.of(a.path("node").asText(""))
                                .filter(node -> !node.isEmpty()))))),
        new Verb(
            shards, "shards.stop", "stops a shard: shard", (o, a) -> done(get(o.stop(shard(a))))),
        new Verb(
            shards,
            "shards.cordon",
            "gives a node nothing new: node, on (true or false)",
            (o, a) -> done(get(o.cordon(text(a, "node"), a.path("on").asBoolean(true))))),
        new Verb(
            shards,
            "shards.drain",
            "moves all shards away from a node: node",
            (o, a) -> done(get(o.drain(text(a, "node"))))),
        new Verb(
            shards,
            "shards.rebalance",
            "moves shards from full nodes to empty ones",
            (o, _) -> done(get(o.rebalance()))),
        new Verb(
            shards,
            "shards.log",
            "the last decisions, with their reasons: last (default 100)",
            (o, a) -> {
              var all = JSON.createArrayNode();
              get(o.log(Math.clamp(a.path("last").asInt(100), 1, 4096)))
                  .forEach(d -> all.add(decision(d)));
              return all;
            }),
        new Watch(shards));
  }

  /** Each decision as it is made. */
  private record Watch(Shards shards) implements StreamingControlProvider {
    private static final int MOST_WAITING = 1024;

    @Override
    public String name() {
      return "shards.watch";
    }

    @Override
    public String about() {
      return "each decision as it is made";
    }

    @Override
    public void stream(Node node, JsonNode arguments, Consumer<JsonNode> out) throws Exception {
      var orchestrator = ShardsStrand.orchestrator(shards, arguments.path("type").asText(""));
      var queue = new ArrayBlockingQueue<ShardDecision>(MOST_WAITING);
      var late = new CompletableFuture<Boolean>();
      var end =
          get(
              orchestrator.watch(
                  d -> {
                    if (!queue.offer(d)) {
                      late.complete(true);
                    }
                  }));
      try {
        while (!late.isDone()) {
          var next = queue.poll(1, TimeUnit.SECONDS);
          if (next != null) {
            out.accept(decision(next));
          }
        }
        throw new RejectedException(
            "more than " + MOST_WAITING + " decisions wait to be read",
            ErrorContext.advice("Read faster, or ask for the log."));
      } finally {
        end.run();
      }
    }
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(LONGEST_WAIT, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new io.sennit.core.DeadlineExceededException(
          "the orchestrator has not answered",
          io.sennit.core.DeadlineExceededException.Phase.HANDLER,
          ErrorContext.NONE);
    }
  }

  private static int shard(JsonNode arguments) {
    var given = arguments.path("shard");
    if (!given.canConvertToInt()) {
      throw new RejectedException(
          "'shard' is missing or no number", ErrorContext.advice("Give it as a number."));
    }
    return given.asInt();
  }

  private static String text(JsonNode arguments, String name) {
    var given = arguments.path(name).asText("");
    if (given.isEmpty()) {
      throw new RejectedException("'" + name + "' is missing", ErrorContext.advice("Give it."));
    }
    return given;
  }

  private static JsonNode done(boolean ok) {
    return JSON.createObjectNode().put("done", ok);
  }

  private static JsonNode moved(MoveResult result) {
    return switch (result) {
      case MoveResult.Moved m ->
          JSON.createObjectNode()
              .put("moved", true)
              .put("dark_us", m.dark().toNanos() / 1000)
              .put("bytes", m.bytes());
      case MoveResult.RolledBack r ->
          JSON.createObjectNode().put("moved", false).put("at", r.at().name()).put("why", r.why());
    };
  }

  private static ObjectNode decision(ShardDecision d) {
    return JSON.createObjectNode()
        .put("number", d.number())
        .put("at", d.at().toString())
        .put("what", d.what())
        .put("shard", d.shard())
        .put("node", d.node())
        .put("why", d.why());
  }

  private static JsonNode status(ShardsStatus status) {
    var all =
        JSON.createObjectNode()
            .put("type", status.type())
            .put("total", status.total())
            .put("running", status.running())
            .put("moves", status.moves())
            .put("term", status.term());
    var nodes = all.putArray("nodes");
    for (var node : status.nodes()) {
      nodes
          .addObject()
          .put("id", node.id())
          .put("incarnation", node.incarnation())
          .put("address", node.address())
          .put("zone", node.zone())
          .put("connected", node.connected())
          .put("over", node.over())
          .put("cordoned", node.cordoned())
          .put("shards", node.shards());
    }
    var shards = all.putArray("shards");
    for (var shard : status.shards()) {
      shards
          .addObject()
          .put("shard", shard.number())
          .put("node", shard.node())
          .put("epoch", shard.epoch())
          .put("state", shard.state());
    }
    return all;
  }
}
