package io.sennit.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.ConfigException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.grid.Caller;
import io.sennit.grid.Input;
import io.sennit.grid.Output;
import io.sennit.grid.RemoteErrors;
import io.sennit.grid.Reserved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The door to a running process: verbs over the grid, as JSON. docs/control.md. */
final class ControlService {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Node node;
  private final SortedMap<String, ControlProvider> verbs = new ConcurrentSkipListMap<>();

  private record Ask(ControlProvider verb, JsonNode arguments) {}

  private ControlService(Node node) {
    this.node = node;
  }

  /** Serves the verbs that are built in and those that are found; strands add theirs. */
  static ControlService serve(Node node) {
    var service = new ControlService(node);
    service.add(new InfoVerb());
    service.add(new HealthVerb());
    service.add(new GridVerb());
    service.add(new WatchVerb());
    service.add(new VerbsVerb(service.verbs.values()));
    ServiceLoader.load(ControlProvider.class).forEach(service::add);
    var door = Reserved.of(node.grid());
    door.serve("control", service::handle, Control.SUBROUTE);
    door.serveStreams("control", service::stream, Control.SUBROUTE);
    return service;
  }

  /**
   * Serves one more.
   *
   * @throws ConfigException if its name is taken
   */
  void add(ControlProvider verb) {
    if (verbs.putIfAbsent(verb.name(), verb) != null) {
      throw new ConfigException("verb", verb.name(), "one control verb a name");
    }
  }

  /** One request, one answer. */
  private byte[] handle(byte[] request, Caller caller) throws Exception {
    var ask = read(request);
    try {
      return JSON.writeValueAsBytes(ask.verb().answer(node, ask.arguments()));
    } catch (SennitException e) {
      throw told(e);
    }
  }

  /** The same for a caller that takes a stream, whatever the verb answers with. */
  private void stream(byte[] request, Input<byte[]> in, Output<byte[]> out, Caller caller)
      throws Exception {
    var ask = read(request);
    try {
      if (ask.verb() instanceof StreamingControlProvider streaming) {
        streaming.stream(node, ask.arguments(), item -> out.send(bytes(item)));
      } else {
        out.send(bytes(ask.verb().answer(node, ask.arguments())));
      }
    } catch (SennitException e) {
      throw told(e);
    }
  }

  /** In its own words, with the advice, and not as a failure of the handler. */
  private static RemoteException told(SennitException why) {
    return why instanceof RemoteException remote
        ? remote
        : RemoteErrors.of(String.valueOf(why.getMessage()));
  }

  private static byte[] bytes(JsonNode item) {
    try {
      return JSON.writeValueAsBytes(item);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ask read(byte[] request) {
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
    return new Ask(verb, arguments.isObject() ? arguments : JSON.createObjectNode());
  }
}
