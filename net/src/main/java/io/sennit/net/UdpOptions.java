package io.sennit.net;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.sennit.core.loop.RareLog;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import jdk.net.ExtendedSocketOptions;

/** What UDP sockets ask of the kernel, and what it tells of them. Numbers are Linux's. */
final class UdpOptions {
  /** The kernel does not tell. */
  static final long UNKNOWN = -1;

  static final int SOL_IP = 0;
  static final int SOL_IPV6 = 41;
  private static final int SOL_SOCKET = 1;

  /** Set "don't fragment" and fail what is longer than the path is known to take. */
  private static final int DISCOVER_MTU = 2;

  private static final IntegerUnixChannelOption MTU_DISCOVER =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", SOL_IP, 10);
  private static final IntegerUnixChannelOption V6_MTU_DISCOVER =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", SOL_IPV6, 23);

  /** Nine counts of 32 bits; the last is that of packets dropped. Linux 4.12 and later. */
  private static final RawUnixChannelOption MEMINFO =
      new RawUnixChannelOption("SO_MEMINFO", SOL_SOCKET, 55, 36);

  private static final int MEMINFO_DROPS = 32;
  private static final int EIO = 5;
  private static final int EMSGSIZE = 90;

  private static final int KERNEL_BUFFER = 1 << 20;
  private static final int MOST_READ_AT_ONCE = 64;
  private static final int MOST_READ_BYTES = 256 << 10;
  private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");
  private static final RareLog LOG = RareLog.of("io.sennit.net.datagrams");

  private UdpOptions() {}

  /**
   * Prepares a channel before it is bound.
   *
   * @param slot bytes read of each packet
   */
  static void tune(DatagramChannel channel, int slot) {
    var config = channel.config();
    config.setOption(ChannelOption.SO_RCVBUF, KERNEL_BUFFER);
    config.setOption(ChannelOption.SO_SNDBUF, KERNEL_BUFFER);
    if (channel instanceof EpollDatagramChannel) {
      int batch = Math.clamp(MOST_READ_BYTES / slot, 1, MOST_READ_AT_ONCE);
      config.setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, slot);
      config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(slot * batch));
      config.setOption(MTU_DISCOVER, DISCOVER_MTU);
      if (io.netty.channel.unix.Socket.isIPv6Preferred()) {
        config.setOption(V6_MTU_DISCOVER, DISCOVER_MTU);
      }
    } else {
      config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(slot));
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.IP_DONTFRAGMENT), true);
    }
  }

  /**
   * Bytes that may wait to be read, as granted. Linux tells twice that: its own part counts too.
   */
  static int receiveBuffer(DatagramChannel channel) {
    int told = channel.config().getReceiveBufferSize();
    int granted = LINUX ? told / 2 : told;
    if (granted < KERNEL_BUFFER) {
      LOG.log(
          System.nanoTime(),
          Level.INFO,
          "the system grants a UDP socket a receive buffer of "
              + granted
              + " bytes, not of "
              + KERNEL_BUFFER
              + "; on Linux raise net.core.rmem_max",
          null);
    }
    return granted;
  }

  /** Packets dropped for lack of room in that buffer so far, or {@link #UNKNOWN}. */
  static long kernelDrops(DatagramChannel channel) {
    if (!(channel instanceof EpollDatagramChannel)) {
      return UNKNOWN;
    }
    try {
      ByteBuffer counts = channel.config().getOption(MEMINFO);
      return counts.order(ByteOrder.nativeOrder()).getInt(MEMINFO_DROPS) & 0xffff_ffffL;
    } catch (ChannelException _) {
      return UNKNOWN; // an older kernel
    }
  }

  /** Whether a packet was longer than its path is known to take. */
  static boolean isTooLong(Throwable failure) {
    if (failure instanceof NativeIoException told) {
      return told.expectedErr() == -EMSGSIZE;
    }
    var words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return words.contains("message too long") || words.contains("message sent on a datagram");
  }

  /** Whether the way out cannot cut long packets at all. */
  static boolean isNoSegments(Throwable failure) {
    return failure instanceof NativeIoException told && told.expectedErr() == -EIO;
  }
}
