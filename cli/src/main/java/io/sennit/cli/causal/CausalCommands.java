package io.sennit.cli.causal;

import io.sennit.cli.CommandProvider;
import java.util.List;

/** What the command line knows of groups. */
public final class CausalCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(new CausalCommand());
  }
}
