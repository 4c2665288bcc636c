package io.sennit.store;

import io.sennit.core.spi.Fabric.Campaign;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.LeadershipProvider;
import io.sennit.core.spi.Loop;
import java.nio.file.Path;

/**
 * Leadership among the processes of one machine: who holds the lock on {@code ROLE.leader} in the
 * shared folder leads; {@code ROLE.epoch} counts the terms. The system frees the lock when a
 * process dies, and a waiting candidate tries every 200 to 400 ms. A leader looks once a second
 * whether both files are still its own. Not for a folder shared over a network, whose locks cannot
 * be relied on. Methods may be called from any thread.
 */
public final class FileLeadership implements LeadershipProvider {
  /** Found by {@link java.util.ServiceLoader}. */
  public FileLeadership() {}

  @Override
  public Campaign campaign(Loop owner, Path folder, String role, String me, Leadership leadership) {
    FileNames.of("role", role); // a bad name fails at once, not in a log
    var campaign = new FileCampaign(owner, folder, role, me, leadership);
    campaign.start();
    return campaign;
  }
}
