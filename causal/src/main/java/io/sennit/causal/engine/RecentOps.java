package io.sennit.causal.engine;

import io.sennit.causal.wire.OpRecord;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest records of the log, so that members that keep up cost no reading. */
final class RecentOps {
  private final long maxBytes;
  private final TreeMap<Long, OpRecord> byPosition = new TreeMap<>();
  private long bytes;

  RecentOps(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(long position, OpRecord op) {
    byPosition.put(position, op);
    bytes += op.size();
    while (bytes > maxBytes && byPosition.size() > 1) {
      bytes -= byPosition.pollFirstEntry().getValue().size();
    }
  }

  @Nullable OpRecord get(long position) {
    return byPosition.get(position);
  }
}
