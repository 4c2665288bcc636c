package io.sennit.core.spi;

import java.nio.file.Path;

/** How a leadership service is found: the file lock of {@code sennit-store}, or ZooKeeper. */
public interface LeadershipProvider {
  /** Runs for {@code role}; see {@link Fabric#campaign}. */
  Fabric.Campaign campaign(Loop owner, Path folder, String role, String me, Leadership leadership);
}
