package io.sennit.node.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sennit.mesh.Mesh;
import io.sennit.node.ControlProvider;
import io.sennit.node.Node;

/** {@code mesh}: every peer with the state of its session, and the figures. */
record MeshVerb(Mesh mesh) implements ControlProvider {
  @Override
  public String name() {
    return "mesh";
  }

  @Override
  public String about() {
    return "sessions over datagrams with state and figures";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    var all = JsonNodeFactory.instance.objectNode();
    all.put("address", mesh.address().toString());
    all.put("incarnation", mesh.incarnation().toString());
    var counts = all.putObject("counts");
    mesh.counts().forEach(counts::put);
    var list = all.putArray("peers");
    for (var peer : mesh.peers()) {
      var one = list.addObject();
      one.put("address", peer.address().toString());
      one.put("state", peer.connected() ? "CONNECTED" : peer.unanswered() ? "UNANSWERED" : "IDLE");
      one.put("round_trip_us", peer.roundTrip().toNanos() / 1e3);
      one.put("window", peer.window());
      one.put("in_flight", peer.inFlight());
      one.put("queued_bytes", peer.queuedBytes());
      one.put("loss", peer.loss());
      one.put("packet_size", peer.packetSize());
    }
    return all;
  }
}
