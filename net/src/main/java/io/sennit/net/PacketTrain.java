package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.sennit.core.spi.Endpoint;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one turn on their way into the kernel. All leave by as few system calls as the
 * system offers ({@code sendmmsg} with epoll), and packets of one length to one target travel
 * through the kernel as one long packet that is cut at its end (Linux's {@code UDP_SEGMENT}).
 */
final class PacketTrain {
  /** The kernel cuts one long packet into no more than this. */
  private static final int MOST_SEGMENTS = 64;

  private static final int MOST_BYTES = 65_000;
  private static final int PLACES = 64;

  /** Told once for each group of packets, on the loop. */
  interface Left {
    void left(Endpoint to, int count, int bytes, @Nullable Throwable failure);
  }

  /** Packets to one target: all of the same length, but for a last one that may be shorter. */
  private static final class Group {
    final Endpoint to;
    final InetSocketAddress place;
    final ByteBuf bytes;
    final int segment;
    int count = 1;
    boolean complete;

    Group(Endpoint to, InetSocketAddress place, ByteBuf first) {
      this.to = to;
      this.place = place;
      this.segment = first.readableBytes();
      this.bytes = PooledByteBufAllocator.DEFAULT.directBuffer(segment).writeBytes(first);
    }

    boolean takes(int more) {
      return !complete
          && more <= segment
          && count < MOST_SEGMENTS
          && bytes.readableBytes() + more <= MOST_BYTES;
    }

    void add(ByteBuf packet) {
      complete = packet.readableBytes() < segment;
      count++;
      bytes.writeBytes(packet);
    }
  }

  private final DatagramChannel channel;
  private final Left left;
  private final ArrayList<Group> groups = new ArrayList<>();
  private final @Nullable Group[] open = new Group[PLACES]; // by target, the group that may grow
  private final @Nullable InetSocketAddress[] places = new InetSocketAddress[PLACES];
  private final @Nullable Endpoint[] targets = new Endpoint[PLACES];
  private boolean segments;

  PacketTrain(DatagramChannel channel, Left left) {
    this.channel = channel;
    this.left = left;
    this.segments =
        channel instanceof EpollDatagramChannel
            && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
  }

  private static int slot(Endpoint to) {
    return (int) (to.ipHigh() * 31 + to.ipLow() * 7 + to.port() & PLACES - 1);
  }

  /** Copies the packet, which has at least a byte. */
  void add(Endpoint to, ByteBuf packet) {
    int i = slot(to);
    var place = places[i];
    if (place == null || !to.equals(targets[i])) {
      place = NetNames.socket(to);
      places[i] = place;
      targets[i] = to;
      open[i] = null;
    }
    var group = open[i];
    if (group != null && group.takes(packet.readableBytes())) {
      group.add(packet);
      return;
    }
    var next = new Group(to, place, packet);
    groups.add(next);
    open[i] = segments ? next : null;
  }

  /** All that was added goes to the kernel now, or as soon as it has room. */
  void leave() {
    if (groups.isEmpty()) {
      return;
    }
    for (var group : groups) {
      open[slot(group.to)] = null;
      if (group.count == 1) {
        single(group.to, group.place, group.bytes);
      } else {
        together(group);
      }
    }
    groups.clear();
    channel.flush();
  }

  private void single(Endpoint to, InetSocketAddress place, ByteBuf packet) {
    int n = packet.readableBytes();
    channel
        .write(new DatagramPacket(packet, place))
        .addListener(result -> left.left(to, 1, n, result.cause()));
  }

  private void together(Group group) {
    int n = group.bytes.readableBytes();
    var again = group.bytes.retainedSlice();
    channel
        .write(new SegmentedDatagramPacket(group.bytes, group.segment, group.place))
        .addListener(
            result -> {
              try {
                var failure = result.cause();
                if (failure == null) {
                  left.left(group.to, group.count, n, null);
                } else {
                  oneByOne(group, again, failure);
                }
              } finally {
                again.release();
              }
            });
  }

  /** Not every device and path takes long packets to be cut: then each goes by itself. */
  private void oneByOne(Group group, ByteBuf all, Throwable failure) {
    if (!channel.isOpen()) {
      left.left(group.to, group.count, all.readableBytes(), failure);
      return;
    }
    if (UdpOptions.isNoSegments(failure)) {
      segments = false;
    }
    while (all.isReadable()) {
      int n = Math.min(group.segment, all.readableBytes());
      single(group.to, group.place, all.readRetainedSlice(n));
    }
    channel.flush();
  }
}
