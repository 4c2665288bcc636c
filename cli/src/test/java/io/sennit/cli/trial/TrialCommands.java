package io.sennit.cli.trial;

import io.sennit.cli.CommandProvider;
import io.sennit.cli.Exit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command of the strand on trial. */
public final class TrialCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(new Hello());
  }

  /** {@code sennit trial}. */
  @Command(name = "trial", description = "Say hello.")
  static final class Hello implements Callable<Integer> {
    @Override
    public Integer call() {
      System.out.println("hello from the trial");
      return Exit.OK;
    }
  }
}
