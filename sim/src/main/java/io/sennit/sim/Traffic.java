package io.sennit.sim;

/**
 * Bytes and packets so far. Nothing gets lost in silence: {@code sent = delivered + lost +
 * underWay}.
 */
public final class Traffic {
  long sentBytes;
  long deliveredBytes;
  long lostBytes;
  long sentPackets;
  long deliveredPackets;
  long lostPackets;
  long extraPackets;

  /** Bytes that links gave to their sockets. */
  public long sent() {
    return sentBytes;
  }

  /** Bytes that links took from their sockets. */
  public long delivered() {
    return deliveredBytes;
  }

  /** Bytes that went down with their connection. */
  public long lost() {
    return lostBytes;
  }

  /** Bytes on their way, or arrived and not yet read. */
  public long underWay() {
    return sentBytes - deliveredBytes - lostBytes;
  }

  /** Packets sent. */
  public long packetsSent() {
    return sentPackets;
  }

  /** Packets handed to sockets' readers. */
  public long packetsDelivered() {
    return deliveredPackets;
  }

  /** Packets lost, for whatever reason. */
  public long packetsLost() {
    return lostPackets;
  }

  /** Packets that were second copies. */
  public long packetsDoubled() {
    return extraPackets;
  }
}
