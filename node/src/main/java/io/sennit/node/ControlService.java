package io.sennit.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.grid.Caller;
import io.sennit.grid.RemoteErrors;
import io.sennit.grid.Reserved;
import java.io.IOException;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The door to a running process: verbs over the grid, as JSON. */
final class ControlService {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Node node;
  private final SortedMap<String, ControlProvider> verbs = new TreeMap<>();

  private ControlService(Node node) {
    this.node = node;
  }

  /** Serves the verbs that are built in and those that are found. */
  static void serve(Node node) {
    var service = new ControlService(node);
    service.add(new InfoVerb());
    service.add(new GridVerb());
    ServiceLoader.load(ControlProvider.class).forEach(service::add);
    Reserved.of(node.grid()).serve("control", service::handle, Control.SUBROUTE);
  }

  private void add(ControlProvider verb) {
    if (verbs.putIfAbsent(verb.name(), verb) != null) {
      throw new IllegalStateException("two control verbs are called " + verb.name());
    }
  }

  private byte[] handle(byte[] request, Caller caller) throws Exception {
    JsonNode ask;
    try {
      ask = JSON.readTree(request);
    } catch (JsonProcessingException e) {
      throw RemoteErrors.of("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw RemoteErrors.of("not JSON");
    }
    var name = ask.path("verb").asText();
    var verb = verbs.get(name);
    if (verb == null) {
      throw RemoteErrors.of("no control verb '" + name + "'; there are " + verbs.keySet());
    }
    var arguments = ask.path("arguments");
    return JSON.writeValueAsBytes(
        verb.answer(node, arguments.isObject() ? arguments : JSON.createObjectNode()));
  }
}
