package io.sennit.cli;

import java.util.List;

/** The commands of shards. */
public final class ShardsCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(new OrchestratorCommand(), new ShardsCommand());
  }
}
