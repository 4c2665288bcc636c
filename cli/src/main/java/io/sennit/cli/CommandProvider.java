package io.sennit.cli;

import java.util.List;

/** A room's commands, found through {@link java.util.ServiceLoader}. */
public interface CommandProvider {
  /** Objects that picocli knows as commands. */
  List<Object> commands();
}
