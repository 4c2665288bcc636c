package io.sennit.bench.raw;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.collection.IntObjectHashMap;
import io.sennit.bench.harness.BidiStream;
import io.sennit.bench.harness.Payloads;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.ReplyCallback;
import io.sennit.bench.harness.StreamReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Calls from the event loop join the current batch; calls from elsewhere go through a queue. */
final class RawClient implements PeerClient {
  private final EventLoopGroup group = RawTransport.group();
  private final EventLoop loop;
  private final Handler handler;
  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean due = new AtomicBoolean();

  RawClient(int port) throws InterruptedException {
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(RawTransport.client())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, RawTransport.WATER)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel fresh) {
                    fresh.pipeline().addLast(new Handler(fresh));
                  }
                })
            .connect(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
    loop = channel.eventLoop();
    handler = channel.pipeline().get(Handler.class);
  }

  @Override
  public void callAsync(byte[] request, ReplyCallback callback) {
    if (loop.inEventLoop()) {
      handler.call(request, callback);
      handler.flushUnlessReading();
    } else {
      submit(() -> handler.call(request, callback));
    }
  }

  @Override
  public void serverStream(int count, int size, StreamReceiver receiver) {
    submit(() -> handler.open(Payloads.streamRequest(count, size), receiver));
  }

  @Override
  public void clientStream(int count, byte[] item, ReplyCallback outcome) {
    submit(() -> handler.upload(count, item, outcome));
  }

  @Override
  public BidiStream bidi(StreamReceiver receiver) {
    return new Bidi(receiver);
  }

  @Override
  public void close() throws InterruptedException {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  private void submit(Runnable task) {
    queue.add(task);
    if (due.compareAndSet(false, true)) {
      loop.execute(this::drain);
    }
  }

  private void drain() {
    due.set(false);
    for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
      task.run();
    }
    handler.flushUnlessReading();
  }

  private final class Bidi implements BidiStream {
    private final StreamReceiver receiver;
    private int id = -1; // belongs to the event loop

    Bidi(StreamReceiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void send(byte[] item) {
      onLoop(() -> handler.batch.append(Frame.BIDI_ITEM, id(), item));
    }

    @Override
    public void finish() {
      onLoop(() -> handler.batch.append(Frame.BIDI_END, id(), Frame.NOTHING));
    }

    private int id() {
      if (id < 0) {
        id = handler.register(receiver);
      }
      return id;
    }

    private void onLoop(Runnable task) {
      if (loop.inEventLoop()) {
        task.run();
        handler.flushUnlessReading();
      } else {
        submit(task);
      }
    }
  }

  private static final class Handler extends FrameHandler {
    private static final int MOST = 8192;

    private final @Nullable ReplyCallback[] pending = new @Nullable ReplyCallback[MOST];
    private final IntObjectHashMap<StreamReceiver> streams = new IntObjectHashMap<>();
    private int next;
    private int nextStream;

    Handler(Channel channel) {
      super(channel);
    }

    void call(byte[] request, ReplyCallback callback) {
      int id = expect(callback);
      if (id >= 0) {
        batch.append(Frame.CALL, id, request);
      }
    }

    void open(byte[] request, StreamReceiver receiver) {
      batch.append(Frame.STREAM_OPEN, register(receiver), request);
    }

    void upload(int count, byte[] item, ReplyCallback outcome) {
      int id = expect(outcome);
      if (id >= 0) {
        start(new Pump(channel, batch, Frame.UP_ITEM, Frame.UP_END, id, count, item));
      }
    }

    int register(StreamReceiver receiver) {
      int id = nextStream++;
      streams.put(id, receiver);
      return id;
    }

    /** A free id, or -1 after the callback was told why not. */
    private int expect(ReplyCallback callback) {
      if (!channel.isActive()) {
        callback.onError(new IOException("not connected"));
        return -1;
      }
      int slot = next & (MOST - 1);
      if (pending[slot] != null) {
        callback.onError(new IOException("more than " + MOST + " calls in flight"));
        return -1;
      }
      pending[slot] = callback;
      next++;
      return slot;
    }

    @Override
    void frame(int kind, int id, byte[] body) throws IOException {
      switch (kind) {
        case Frame.REPLY -> {
          ReplyCallback callback = pending[id];
          if (callback == null) {
            throw new IOException("a reply to no call");
          }
          pending[id] = null;
          callback.onReply(body);
        }
        case Frame.ITEM -> streams.get(id).onItem(body);
        case Frame.END -> streams.remove(id).onEnd();
        default -> throw new IOException("frame of kind " + kind);
      }
    }

    @Override
    void lost(Throwable cause) {
      for (int i = 0; i < MOST; i++) {
        ReplyCallback callback = pending[i];
        if (callback != null) {
          pending[i] = null;
          callback.onError(cause);
        }
      }
      for (StreamReceiver receiver : streams.values()) {
        receiver.onError(cause);
      }
      streams.clear();
    }
  }
}
