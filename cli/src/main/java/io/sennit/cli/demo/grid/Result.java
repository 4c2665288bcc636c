package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Check;
import java.util.List;

/** What {@code --json} prints. */
record Result(
    boolean pass, int total, long failed, double seconds, int nodes, List<Check> checks) {}
