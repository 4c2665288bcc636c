package io.sennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The suite's reports: an index, and a file for each case. */
final class Reports {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIMEOUTS =
      List.of(
          "wasOpenHandshakeTimeout", "wasCloseHandshakeTimeout", "wasServerConnectionDropTimeout");

  private Reports() {}

  /** All results in a folder. */
  static List<Result> read(Path folder) throws IOException {
    var all = new ArrayList<Result>();
    var index = JSON.readTree(folder.resolve("index.json").toFile());
    for (var form : Form.values()) {
      for (var one : index.path(form.text()).properties()) {
        var said = one.getValue();
        var detail = JSON.readTree(folder.resolve(said.path("reportfile").asText()).toFile());
        all.add(
            new Result(
                form,
                one.getKey(),
                said.path("behavior").asText(),
                said.path("behaviorClose").asText(),
                hung(detail)));
      }
    }
    return all;
  }

  private static String hung(JsonNode detail) {
    return String.join(", ", TIMEOUTS.stream().filter(x -> detail.path(x).asBoolean()).toList());
  }
}
