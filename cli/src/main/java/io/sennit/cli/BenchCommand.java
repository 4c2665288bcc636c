package io.sennit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code sennit bench}, for the list of commands only: the script {@code ./sennit} runs it itself,
 * because what is compared has class paths of its own.
 */
@Command(
    name = "bench",
    description = "Measure Sennit beside other systems, in one run on this machine.")
public final class BenchCommand implements Callable<Integer> {
  @Unmatched final List<String> rest = new ArrayList<>();

  @Override
  public Integer call() {
    throw new UsageException("bench runs from the sources only: ./sennit bench grid --quick");
  }
}
