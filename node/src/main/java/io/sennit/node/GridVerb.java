package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;

/** {@code grid}: every connection, its state and its figures. */
final class GridVerb implements ControlProvider {
  @Override
  public String name() {
    return "grid";
  }

  @Override
  public String about() {
    return "connections with state and figures";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    var all = JsonNodeFactory.instance.objectNode();
    all.put("protocol_errors", node.grid().protocolErrors());
    all.put("refusals", node.grid().refusals());
    all.put("guests", node.grid().guests());
    all.put("guest_refusals", node.grid().guestRefusals());
    var list = all.putArray("connections");
    for (var connection : node.grid().connections()) {
      var stats = connection.stats();
      var one = list.addObject();
      one.put("remote", connection.remote());
      one.put("state", stats.state().name());
      one.put("outgoing_streams", stats.outgoingStreams());
      one.put("incoming_streams", stats.incomingStreams());
      one.put("running_handlers", stats.runningHandlers());
      one.put("calls", stats.calls());
      one.put("served", stats.served());
      one.put("bytes_in", stats.bytesIn());
      one.put("bytes_out", stats.bytesOut());
      one.put("queued_bytes", stats.queuedBytes());
      one.put("connects", stats.connects());
      stats.roundTrip().map(Duration::toNanos).ifPresent(ns -> one.put("round_trip_us", ns / 1e3));
      stats.lastError().ifPresent(why -> one.put("last_error", why));
    }
    return all;
  }
}
