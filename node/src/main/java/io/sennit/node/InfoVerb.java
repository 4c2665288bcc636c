package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.management.ManagementFactory;

/** {@code info}: who this process is. */
final class InfoVerb implements ControlProvider {
  @Override
  public String name() {
    return "info";
  }

  @Override
  public String about() {
    return "who this process is: pid, uptime, cluster, name, host, version";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("pid", ProcessHandle.current().pid())
        .put("uptime_s", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
        .put("cluster", node.cluster())
        .put("name", node.name())
        .put("host", node.host())
        .put("id", node.grid().id().toString())
        .put("version", version())
        .put("java", Runtime.version().toString());
  }

  /** Of the module, or of the jar on a class path; neither when run from class files. */
  private static String version() {
    var module = Node.class.getModule();
    var version =
        module.isNamed()
            ? module.getDescriptor().rawVersion().orElse(null)
            : Node.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
