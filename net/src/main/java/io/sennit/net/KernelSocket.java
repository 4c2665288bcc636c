package io.sennit.net;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * The socket below a channel, for writes that are tried at once: what the kernel does not take
 * stays with the caller. Only for the loop, and only while nothing waits in the channel.
 */
interface KernelSocket {
  /**
   * Writes what the kernel takes.
   *
   * @param bytes direct; left as it was but for its position
   * @return how many bytes it took, 0 if its buffer is full
   */
  int write(ByteBuffer bytes) throws IOException;

  /** The one below a channel that {@link Io} made. */
  static KernelSocket of(Channel channel) {
    return switch (channel) {
      case UnixChannel unix ->
          bytes -> {
            if (!channel.isOpen()) {
              throw new ClosedChannelException(); // its number may be another socket's by now
            }
            return unix.fd().write(bytes, bytes.position(), bytes.limit());
          };
      case Nio nio -> bytes -> nio.javaChannel().write(bytes);
      default -> throw new IllegalArgumentException("a channel of another kind: " + channel);
    };
  }

  /** A channel of the JDK that shows what it stands on. */
  final class Nio extends NioSocketChannel {
    Nio() {}

    Nio(Channel parent, SocketChannel accepted) {
      super(parent, accepted);
    }

    @Override
    protected SocketChannel javaChannel() { // so that this package may call it
      return super.javaChannel();
    }
  }

  /** Accepts {@link Nio} channels. */
  final class NioServer extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      var socket = javaChannel().accept();
      if (socket == null) {
        return 0;
      }
      try {
        accepted.add(new Nio(this, socket));
        return 1;
      } catch (RuntimeException e) {
        socket.close();
        throw e;
      }
    }
  }
}
