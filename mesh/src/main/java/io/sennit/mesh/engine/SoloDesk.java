package io.sennit.mesh.engine;

import io.sennit.core.spi.Endpoint;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Seals and opens the packets of the membership, which need no session. */
final class SoloDesk {
  private static final int MOST_SENDERS = 8192;
  private static final int WINDOW = 128;

  private final Secrets secrets;
  private final long uid;
  private final Counters counters;
  private final Seal own;
  private final Map<Long, SoloSender> senders = new LinkedHashMap<>(16, 0.75f, true);
  private final byte[] opened = new byte[Packet.MAX + 64];
  private long counter;

  private record SoloSender(Seal seal, ReplayWindow window) {}

  SoloDesk(Secrets secrets, long uid, Counters counters) {
    this.secrets = secrets;
    this.uid = uid;
    this.counters = counters;
    own = Seal.sealing(secrets.solo(uid));
  }

  byte[] seal(byte[] items) {
    var out = new WireWriter(Packet.SOLO_HEADER + items.length + Packet.TAG);
    new Packet.Solo(uid, counter).write(out);
    out.bytes(items);
    var sealed = new byte[out.length() + Packet.TAG];
    int length = own.seal(counter, out.array(), Packet.SOLO_HEADER, items.length, sealed);
    counter++;
    counters.soloOut++;
    counters.packetsOut++;
    counters.bytesOut += length;
    return sealed;
  }

  /** What was in a packet; null, and counted, if it is not authentic or came before. */
  byte @Nullable [] open(
      Packet.Solo header, Endpoint from, Doorkeeper doorkeeper, byte[] bytes, int start, int end) {
    if (header.uid() == uid) {
      return null;
    }
    if (doorkeeper.isFlooding(from)) {
      counters.floods++;
      return null;
    }
    var sender = senders.get(header.uid());
    if (sender != null && !sender.window().isNew(header.counter())) {
      counters.duplicates++;
      return null;
    }
    var seal = sender == null ? Seal.opening(secrets.solo(header.uid())) : sender.seal();
    int length = seal.open(header.counter(), bytes, start, Packet.SOLO_HEADER, end, opened);
    if (length < 0) {
      counters.notOpened++;
      doorkeeper.failed(from);
      return null;
    }
    if (sender == null) {
      if (senders.size() >= MOST_SENDERS) {
        senders.remove(senders.keySet().iterator().next());
      }
      sender = new SoloSender(seal, new ReplayWindow(WINDOW));
      senders.put(header.uid(), sender);
    }
    sender.window().mark(header.counter());
    counters.soloIn++;
    counters.packetsIn++;
    counters.bytesIn += end - start;
    return Arrays.copyOf(opened, length);
  }
}
