package io.sennit.bench.raw;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads frames, each body straight into its own array, and flushes once for each read batch. */
abstract class FrameHandler extends ChannelInboundHandlerAdapter {
  private static final int LARGEST = 128 << 20;

  final Channel channel;
  final Batch batch;
  private final List<Pump> pumps = new ArrayList<>();
  private final byte[] header = new byte[Frame.HEADER];
  private int headerRead;
  private int kind;
  private int id;
  private byte @Nullable [] body;
  private int bodyRead;
  private boolean reading;

  FrameHandler(Channel channel) {
    this.channel = channel;
    this.batch = new Batch(channel);
  }

  abstract void frame(int frameKind, int frameId, byte[] frameBody) throws IOException;

  /** The connection is gone. */
  abstract void lost(Throwable cause);

  /** Flushes, unless the end of the current read batch will. */
  final void flushUnlessReading() {
    if (!reading) {
      batch.flush();
    }
  }

  final void start(Pump pump) {
    pumps.add(pump);
    pump.pump();
    pumps.removeIf(Pump::ended);
  }

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    reading = true;
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable()) {
        byte[] into = body;
        if (into == null) {
          into = header(in);
          if (into == null) {
            return;
          }
        }
        int step = Math.min(in.readableBytes(), into.length - bodyRead);
        in.readBytes(into, bodyRead, step);
        bodyRead += step;
        if (bodyRead < into.length) {
          body = into;
          return;
        }
        body = null;
        bodyRead = 0;
        frame(kind, id, into);
      }
    } finally {
      in.release();
    }
  }

  /** An array for the next body, or null if the header is not all there yet. */
  private byte @Nullable [] header(ByteBuf in) throws IOException {
    int length;
    if (headerRead == 0 && in.readableBytes() >= Frame.HEADER) {
      length = in.readInt();
      kind = in.readInt();
      id = in.readInt();
    } else {
      int step = Math.min(in.readableBytes(), Frame.HEADER - headerRead);
      in.readBytes(header, headerRead, step);
      headerRead += step;
      if (headerRead < Frame.HEADER) {
        return null;
      }
      headerRead = 0;
      length = headerInt(0);
      kind = headerInt(4);
      id = headerInt(8);
    }
    if (length < 0 || length > LARGEST) {
      throw new IOException("frame of " + length + " bytes");
    }
    return length == 0 ? Frame.NOTHING : new byte[length];
  }

  private int headerInt(int at) {
    return (header[at] & 0xff) << 24
        | (header[at + 1] & 0xff) << 16
        | (header[at + 2] & 0xff) << 8
        | (header[at + 3] & 0xff);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    batch.flush();
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable() && !pumps.isEmpty()) {
      for (Pump pump : List.copyOf(pumps)) {
        pump.pump();
      }
      pumps.removeIf(Pump::ended);
    }
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    lost(cause);
    context.close();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) {
    batch.release();
    lost(new IOException("connection closed"));
  }
}
