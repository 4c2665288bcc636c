package io.sennit.node.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sennit.mesh.Mesh;
import io.sennit.node.ControlProvider;
import io.sennit.node.Node;

/** {@code mesh.members}: who is here, as this node sees it, and what speaks against whom. */
record MembersVerb(Mesh mesh) implements ControlProvider {
  @Override
  public String name() {
    return "mesh.members";
  }

  @Override
  public String about() {
    return "who is here, with role, type, status and evidence";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    var all = JsonNodeFactory.instance.objectNode();
    all.put("of", mesh.address().toString());
    var list = all.putArray("members");
    for (var member : mesh.nodes()) {
      var one = list.addObject();
      one.put("address", member.address().toString());
      one.put("host", member.host());
      one.put("public", member.publicAddress());
      one.put("incarnation", member.incarnation().toString());
      one.put("role", member.role());
      one.put("type", member.type());
      one.put("zone", member.zone());
      one.put("status", member.status().name());
      one.put("presence", member.presence().name());
      one.put("why", member.why());
      one.put("verdict", node.oracle().verdict(member.address()).toString());
      one.put("self", member.self());
    }
    return all;
  }
}
