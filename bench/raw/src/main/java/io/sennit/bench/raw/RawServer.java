package io.sennit.bench.raw;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.collection.IntObjectHashMap;
import io.sennit.bench.harness.Payloads;
import io.sennit.bench.harness.PeerServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Answers every kind of frame. */
final class RawServer implements PeerServer {
  private final EventLoopGroup group = RawTransport.group();
  private final Channel listener;

  RawServer() throws InterruptedException {
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(RawTransport.server())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, RawTransport.WATER)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new Handler(channel));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
  }

  @Override
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() throws InterruptedException {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  private static final class Handler extends FrameHandler {
    private final IntObjectHashMap<long[]> uploads = new IntObjectHashMap<>();

    Handler(Channel channel) {
      super(channel);
    }

    @Override
    void frame(int kind, int id, byte[] body) throws IOException {
      switch (kind) {
        case Frame.CALL -> batch.append(Frame.REPLY, id, body);
        case Frame.BIDI_ITEM -> batch.append(Frame.ITEM, id, body);
        case Frame.BIDI_END -> batch.append(Frame.END, id, Frame.NOTHING);
        case Frame.STREAM_OPEN ->
            start(
                new Pump(
                    channel,
                    batch,
                    Frame.ITEM,
                    Frame.END,
                    id,
                    Payloads.requestedCount(body),
                    Payloads.item(Payloads.requestedSize(body))));
        case Frame.UP_ITEM -> {
          long[] sums = uploads.get(id);
          if (sums == null) {
            sums = new long[2];
            uploads.put(id, sums);
          }
          sums[0]++;
          sums[1] += body.length;
        }
        case Frame.UP_END -> {
          long[] sums = uploads.remove(id);
          batch.append(
              Frame.REPLY, id, Payloads.streamSummary(sums[0], sums[1])); // never an empty stream
        }
        default -> throw new IOException("frame of kind " + kind);
      }
    }

    @Override
    void lost(Throwable cause) {
      uploads.clear();
    }
  }
}
