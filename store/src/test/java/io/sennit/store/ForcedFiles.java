package io.sennit.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.consumer.RecordingStream;

/** Which files and folders this process forces to the disk, as the Java runtime sees it. */
final class ForcedFiles implements AutoCloseable {
  private final RecordingStream stream = new RecordingStream();
  private final List<String> paths = new CopyOnWriteArrayList<>();

  ForcedFiles() {
    stream.enable("jdk.FileForce").withoutThreshold();
    stream.onEvent("jdk.FileForce", event -> paths.add(event.getString("path")));
    stream.startAsync();
  }

  /** All so far; waits until what has happened is known. */
  List<String> paths() {
    stream.stop();
    return paths;
  }

  @Override
  public void close() {
    stream.close();
  }
}
