package io.sennit.node.causal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sennit.causal.Causal;
import io.sennit.causal.CausalGroup;
import io.sennit.core.Within;
import io.sennit.node.ControlProvider;
import io.sennit.node.Node;
import java.time.Duration;

/** {@code causal}: how each group stands, and what this member knows of the others. */
final class CausalVerb implements ControlProvider {
  private static final Within LIMIT = new Within(Duration.ofSeconds(5));

  private final Causal causal;

  CausalVerb(Causal causal) {
    this.causal = causal;
  }

  @Override
  public String name() {
    return "causal";
  }

  @Override
  public String about() {
    return "groups: what is durable, stable, deferred, and how far each member has come";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) throws Exception {
    var all = JsonNodeFactory.instance.objectNode();
    all.put("me", causal.me());
    var groups = all.putArray("groups");
    for (CausalGroup<?> group : causal.groups()) {
      var status = group.status(LIMIT);
      var one = groups.addObject();
      one.put("group", status.group())
          .put("running", status.running())
          .put("published", status.published())
          .put("durable", status.durable())
          .put("stable", status.stable())
          .put("backlog_bytes", status.backlog())
          .put("deferred", status.deferred())
          .put("deferred_bytes", status.deferredBytes())
          .put("oldest_deferred_ms", status.oldestDeferred().toMillis())
          .put("log_records", status.logRecords())
          .put("log_bytes", status.logBytes())
          .put("duplicates", status.duplicates())
          .put("refused", status.refused())
          .put("gaps_asked", status.asked())
          .put("store_failures", status.reopened())
          .put("origins", status.origins())
          .put("dead_letters", group.deadLetters());
      var members = one.putArray("members");
      for (var member : status.members()) {
        members
            .addObject()
            .put("name", member.name())
            .put("connected", member.connected())
            .put("sent", member.sent())
            .put("received", member.received())
            .put("acknowledged", member.acknowledged())
            .put("lag", member.lag())
            .put("behind", member.behind());
      }
    }
    return all;
  }
}
