package io.sennit.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** {@code BenchMain SUITE [ARGUMENTS]}. */
public final class BenchMain {
  private BenchMain() {}

  /** Runs one suite and exits with its code. */
  public static void main(String[] args) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(args), out));
  }

  /** Runs one suite by name; lists them if there is none of that name. */
  public static int run(List<String> args, PrintWriter out) throws Exception {
    List<BenchSuite> suites =
        ServiceLoader.load(BenchSuite.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(BenchSuite::name))
            .toList();
    String wanted = args.isEmpty() ? "--help" : args.getFirst();
    for (BenchSuite suite : suites) {
      if (suite.name().equals(wanted)) {
        return suite.run(args.subList(1, args.size()), out);
      }
    }
    out.println("usage: bench SUITE [--help]");
    for (BenchSuite suite : suites) {
      out.printf("  %-10s %s%n", suite.name(), suite.summary());
    }
    return wanted.equals("--help") ? 0 : 2;
  }
}
