package io.sennit.cli.demo.grid;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.cli.Exit;
import io.sennit.cli.Terminal;
import io.sennit.cli.UsageException;
import io.sennit.cli.demo.Bounds;
import io.sennit.cli.demo.Check;
import io.sennit.cli.demo.DemoChapter;
import io.sennit.cli.demo.FrontLog;
import io.sennit.cli.demo.Limits;
import io.sennit.cli.demo.Scratch;
import io.sennit.cli.demo.Screen;
import io.sennit.cli.demo.Spent;
import io.sennit.cli.demo.Table;
import io.sennit.cli.demo.WorkerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sennit demo}: the main job. */
@Command(
    name = "demo",
    description = {
      "A tour with real processes: a cluster on this machine searches your files.",
      "It searches the text files under DIR, checks every answer against a plain scan,",
      "kills a worker and watches it come back."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder to search; Sennit's own sources and documents unless given.")
  @Nullable Path dir;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many worker processes, 1 to 32 (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(names = "--once", description = "Run the tour, print its table, end: 0 if all passed.")
  boolean once;

  @Option(names = "--json", description = "Print the result as JSON; all else goes to stderr.")
  boolean json;

  /** The checks of the last run, for tests. */
  List<Check> checks = List.of();

  /** Where the part that is searched ends; tests put small ones here. */
  Bounds bounds = Bounds.USUAL;

  /** The main class of each worker; tests put bad ones here. */
  IntFunction<String> mains = worker -> WorkerMain.class.getName();

  /** What the tour may take; tests put less here. */
  Limits limits = Limits.USUAL;

  /** Those of the strands; tests put their own here. */
  List<DemoChapter> chapters =
      DemoChapter.all().stream().filter(c -> !c.name().equals(GridChapter.NAME)).toList();

  @Override
  public Integer call() throws Exception {
    var begin = Spent.Moment.now();
    var screen = Terminal.screen(json ? System.err : System.out, !json);
    try {
      var folder = folder();
      screen.line("sennit demo: %d workers and a front, searching %s".formatted(nodes, folder));
      return tour(folder, screen, begin);
    } catch (UsageException e) {
      screen.clear();
      System.err.println("sennit demo: " + e.getMessage());
      return Exit.USAGE;
    }
  }

  private Path folder() {
    if (nodes < 1 || nodes > 32) {
      throw new UsageException("--nodes " + nodes + ": a number from 1 to 32.");
    }
    var home = System.getProperty("sennit.home", ".");
    var folder = dir == null ? Path.of(home) : dir;
    if (!Files.isDirectory(folder)) {
      throw new UsageException(folder + " is not a folder that can be read.");
    }
    return folder.toAbsolutePath().normalize();
  }

  private int tour(Path folder, Screen screen, Spent.Moment begin) throws Exception {
    var selection = Selection.of(folder, bounds, screen);
    var plan = new Tour.Plan(nodes, mains, chapters, limits);
    try (var scratch = Scratch.make()) {
      try (var log = scratch.with(its -> new FrontLog(its.resolve("front.log")));
          var tour = new Tour(selection, plan, screen, scratch, new Pace(begin))) {
        return tour(tour, selection, screen, begin, log, scratch);
      } catch (UsageException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        if (scratch.isEnding()) {
          return Exit.FAILED; // by Ctrl-C, which took away what was in use
        }
        scratch.keepLogs();
        screen.clear();
        System.err.println("sennit demo: " + e.getMessage() + "\nThe logs: " + scratch.folder());
        return Exit.FAILED;
      }
    }
  }

  private int tour(
      Tour tour,
      Selection selection,
      Screen screen,
      Spent.Moment begin,
      FrontLog log,
      Scratch scratch)
      throws Exception {
    var base = tour.run();
    if (!once && !json) {
      tour.prompt(base);
    }
    tour.end();
    double seconds = (System.nanoTime() - begin.nanos()) / 1e9;
    checks = tour.checks().all();
    boolean passed = tour.checks().passed();
    long failed = checks.stream().filter(c -> !c.pass()).count();
    screen.line("");
    Table.of(checks, screen.width()).forEach(screen::line);
    screen.line("");
    screen.line(
        "%s  %d checks, %d failed, %.1f s"
            .formatted(screen.verdict(passed), checks.size(), failed, seconds));
    if (!passed || log.warnings() > 0) {
      scratch.keepLogs();
      screen.line(
          "%,d warnings were logged in the front; the logs: %s"
              .formatted(log.warnings(), scratch.folder()));
    }
    if (json) {
      System.out.println(
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(
                  new Result(
                      passed,
                      checks.size(),
                      failed,
                      seconds,
                      nodes,
                      selection.searched(),
                      checks)));
    }
    return passed ? Exit.OK : Exit.FAILED;
  }
}
