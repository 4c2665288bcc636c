package io.sennit.cli;

import io.sennit.cli.demo.grid.DemoCommand;
import java.util.List;

/** The commands that are always there. */
public final class BuiltIn implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(
        new DemoCommand(),
        new NodeCommand(),
        new InfoCommand(),
        new CallCommand(),
        new ConfigCommand(),
        new BenchCommand());
  }
}
