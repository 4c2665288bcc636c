package io.sennit.net;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.net.InetSocketAddress;

/** Binds UDP sockets; with epoll many packets are read and written by one system call. */
final class NetDatagrams implements Datagrams {
  private static final int LONGEST = 65_507;
  private static final int KERNEL_BUFFER = 1 << 20;

  /** Packets read at once. */
  private static final int BATCH = 16;

  private final NetTransport net;

  NetDatagrams(NetTransport net) {
    this.net = net;
  }

  @Override
  public void bind(
      Loop loop,
      Address at,
      int maxPacket,
      long maxQueuedBytes,
      Handler handler,
      Done<Socket> done) {
    var own = net.own(loop);
    if (maxPacket < 1 || maxPacket > LONGEST) {
      var why = new ConfigException("maxPacket", String.valueOf(maxPacket), "1 to " + LONGEST);
      own.soon(() -> done.failed(why));
      return;
    }
    net.names()
        .resolve(
            own,
            at.toString(),
            false,
            Done.of(
                places -> {
                  var socket = new NetSocket(own, maxPacket, maxQueuedBytes, handler);
                  try {
                    open(own, at, NetNames.socket(places.getFirst()), socket, done);
                  } catch (ChannelException e) {
                    done.failed(Reasons.notOpened("bind", at, e)); // no descriptor is left
                  }
                },
                done::failed));
  }

  private void open(
      NetLoop loop, Address at, InetSocketAddress place, NetSocket socket, Done<Socket> done) {
    DatagramChannel channel = net.io().datagrams();
    var config = channel.config();
    config.setOption(ChannelOption.SO_RCVBUF, KERNEL_BUFFER);
    config.setOption(ChannelOption.SO_SNDBUF, KERNEL_BUFFER);
    int slot = socket.slot();
    if (net.io() == Io.EPOLL) {
      config.setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, slot);
      config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(slot * BATCH));
    } else {
      config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(slot));
    }
    channel.pipeline().addLast(socket);
    loop.register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                done.failed(refused(at, registered.cause()));
                return;
              }
              channel
                  .bind(place)
                  .addListener(
                      bound -> {
                        if (bound.isSuccess()) {
                          socket.bound(channel, at.withPort(channel.localAddress().getPort()));
                          done.ok(socket);
                        } else {
                          channel.close();
                          done.failed(refused(at, bound.cause()));
                        }
                      });
            });
  }

  private static ConfigException refused(Address at, Throwable cause) {
    return new ConfigException(
        "bind", at.toString(), "an address that is free here (" + Reasons.words(cause) + ")");
  }
}
