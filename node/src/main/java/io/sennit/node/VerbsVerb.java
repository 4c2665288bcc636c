package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collection;

/** {@code verbs}: what this process can be asked. */
final class VerbsVerb implements ControlProvider {
  private final Collection<ControlProvider> all;

  VerbsVerb(Collection<ControlProvider> all) {
    this.all = all;
  }

  @Override
  public String name() {
    return "verbs";
  }

  @Override
  public String about() {
    return "what this process can be asked";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    var list = JsonNodeFactory.instance.arrayNode();
    for (var verb : all) {
      list.addObject()
          .put("verb", verb.name())
          .put("about", verb.about())
          .put("stream", verb instanceof StreamingControlProvider);
    }
    return list;
  }
}
