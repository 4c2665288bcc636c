package io.sennit.bench.report;

import java.util.List;

/**
 * Where it was measured.
 *
 * @param jdk version and name of the virtual machine, of the runner and all peers
 * @param flags how every peer's virtual machine was started, and what else was the same for all
 * @param cores processors of the machine
 */
public record Env(String jdk, List<String> flags, int cores) {}
