package io.sennit.cli;

import java.util.List;

/** The commands of the mesh: who is here, and do they answer. */
public final class MeshCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(new PingCommand(), new MembersCommand());
  }
}
