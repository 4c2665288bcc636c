package io.sennit.node;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What a running process says of itself in the {@link RunDirectory}. No secret is in it.
 *
 * @param pid its process id
 * @param started when the process began, which tells it from a later one with the same id
 * @param cluster the cluster's name
 * @param name the node's name, for people
 * @param host where it listens, as its peers name it: {@code http://host:port}
 * @param keyFile the file it has its cluster key from, if it has it from a file: who may read that
 *     may knock
 */
public record RunningProcess(
    long pid, Instant started, String cluster, String name, String host, Optional<Path> keyFile) {

  /** {@code host:port}, as {@code --at} takes it. */
  public String at() {
    return host.substring(host.indexOf("://") + 3);
  }

  /** For lists: {@code 127.0.0.1:7400 (worker-1 of demo, pid 4711)}. */
  @Override
  public String toString() {
    return at() + " (" + name + " of " + cluster + ", pid " + pid + ")";
  }
}
