package io.sennit.cli;

import io.sennit.core.ConfigException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code sennit} command. */
@Command(
    name = "sennit",
    description = "One runtime for the servers of a cluster to talk to each other.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    var output = StandardOutput.install();
    int code = run(args);
    System.out.flush();
    System.exit(delivered(output) ? code : Math.max(code, Exit.FAILED));
  }

  /** Whether what was printed has got where it should; says so if not. */
  private static boolean delivered(StandardOutput output) {
    var loss = output.loss();
    loss.ifPresent(
        why -> System.err.println("sennit: the output could not be written: " + why.getMessage()));
    return loss.isEmpty();
  }

  /** Runs a command. */
  static int run(String... args) {
    var line = new CommandLine(new Main());
    for (var provider : ServiceLoader.load(CommandProvider.class)) {
      provider.commands().forEach(line::addSubcommand);
    }
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e));
    if (args.length == 0) {
      line.usage(System.err);
      return Exit.USAGE;
    }
    return line.execute(args);
  }

  /** What went wrong, in one sentence where it is one of ours. */
  private static int failed(Exception e) {
    if (e instanceof ConfigException wrong) {
      boolean inStrand = !wrong.operation().isEmpty();
      System.err.println("sennit: " + (inStrand ? wrong.getMessage() : wrong.what()));
    } else if (e instanceof RemoteException told) {
      System.err.println("sennit: " + told.text());
    } else if (e instanceof SennitException || e instanceof UsageException) {
      System.err.println("sennit: " + e.getMessage());
    } else if (e instanceof java.io.IOException || e instanceof java.io.UncheckedIOException) {
      System.err.println("sennit: " + (e.getMessage() == null ? e : e.getMessage()));
    } else {
      e.printStackTrace();
    }
    return e instanceof ConfigException || e instanceof UsageException ? Exit.USAGE : Exit.FAILED;
  }
}
