package io.sennit.net;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.DatagramChannel;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** Binds UDP sockets; with epoll many packets are read and written by one system call. */
final class NetDatagrams implements Datagrams {
  private static final int LONGEST = 65_507;

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
                  var socket = new UdpSocket(own, maxPacket, maxQueuedBytes, handler);
                  try {
                    open(own, at, NetNames.socket(places.getFirst()), socket, done);
                  } catch (ChannelException e) {
                    done.failed(Reasons.notOpened("bind", at, e)); // no descriptor is left
                  }
                },
                done::failed));
  }

  private void open(
      NetLoop loop, Address at, InetSocketAddress place, UdpSocket socket, Done<Socket> done) {
    DatagramChannel channel = net.io().datagrams();
    UdpOptions.tune(channel, socket.slot());
    channel.pipeline().addLast(socket);
    loop.register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                channel.unsafe().closeForcibly();
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
                          socket.close();
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

  @Override
  public void interfaces(Loop loop, Done<List<Interface>> done) {
    var own = net.own(loop);
    own.soon(() -> own.offload(NetDatagrams::interfacesUp, done));
  }

  private static List<Interface> interfacesUp() throws SocketException {
    var all = new ArrayList<Interface>();
    for (var one : NetworkInterface.networkInterfaces().toList()) {
      if (one.isUp()) {
        var addresses =
            one.inetAddresses().map(address -> Endpoint.of(address.getAddress(), 0)).toList();
        all.add(new Interface(one.getName(), one.getMTU(), one.isLoopback(), addresses));
      }
    }
    return all;
  }
}
