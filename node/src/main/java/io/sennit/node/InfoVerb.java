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
    return "who this process is: pid, uptime, cluster, name, host, version, health, figures";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    var info = JsonNodeFactory.instance.objectNode();
    info.put("pid", ProcessHandle.current().pid())
        .put("uptime_s", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
        .put("cluster", node.cluster())
        .put("name", node.name())
        .put("host", node.host())
        .put("id", node.grid().id().toString())
        .put("version", version())
        .put("java", Runtime.version().toString())
        .put("incarnation", node.incarnation().toString());
    info.set("health", HealthVerb.json(node.health()));
    var meters = info.putObject("meters");
    node.meters().snapshot().forEach(meters::put);
    return info;
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
