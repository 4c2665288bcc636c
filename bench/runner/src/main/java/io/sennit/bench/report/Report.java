package io.sennit.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All that a run of a suite has to say. */
public record Report(List<Row> rows, List<Target> targets, Env env) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** The report as JSON. */
  public String json() throws IOException {
    return JSON.writeValueAsString(this);
  }

  /** Reads what {@link #json} wrote. */
  public static Report read(String json) throws IOException {
    return JSON.readValue(json, Report.class);
  }

  /** Writes one of the forms of the report, making its folder. */
  public static void write(Path file, String content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, content);
  }
}
