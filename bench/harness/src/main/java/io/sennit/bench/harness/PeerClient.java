package io.sennit.bench.harness;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One client with one connection. A peer implements {@link #callAsync} and what else its {@link
 * Peer#works()} name; where the peer's users have a blocking call of their own, it overrides {@link
 * #callBlocking} with that.
 */
public interface PeerClient extends AutoCloseable {
  /**
   * Starts one call. The request array is the caller's and unchanged until the outcome; failures
   * come through the callback, never as an exception. Called from any thread, most often from
   * inside a callback.
   */
  void callAsync(byte[] request, ReplyCallback callback);

  /** One call on the calling thread. */
  default byte[] callBlocking(byte[] request) throws Exception {
    Waiter waiter = new Waiter(Thread.currentThread());
    callAsync(request, waiter);
    return waiter.await();
  }

  /** Asks the server for a stream of {@code count} items of {@code size} bytes. */
  default void serverStream(int count, int size, StreamReceiver receiver) {
    throw new UnsupportedOperationException("server stream");
  }

  /**
   * Sends {@code count} times the same item as one stream, as fast as the peer's back-pressure
   * allows; the outcome is the server's {@link Payloads#streamSummary}.
   */
  default void clientStream(int count, byte[] item, ReplyCallback outcome) {
    throw new UnsupportedOperationException("client stream");
  }

  /** Opens a stream whose items come back one by one. */
  default BidiStream bidi(StreamReceiver receiver) {
    throw new UnsupportedOperationException("bidirectional stream");
  }

  @Override
  void close() throws Exception;

  /** Parks the caller until the callback has spoken; the drivers bound the wait. */
  final class Waiter implements ReplyCallback {
    private final Thread caller;
    private volatile byte @Nullable [] reply;
    private volatile @Nullable Throwable failure;

    Waiter(Thread caller) {
      this.caller = caller;
    }

    byte[] await() throws Exception {
      while (true) {
        byte[] done = reply;
        if (done != null) {
          return done;
        }
        Throwable broken = failure;
        if (broken != null) {
          throw new IllegalStateException("call failed: " + broken, broken);
        }
        if (Thread.interrupted()) {
          throw new InterruptedException("call abandoned");
        }
        LockSupport.park(this);
      }
    }

    @Override
    public void onReply(byte[] value) {
      reply = value;
      LockSupport.unpark(caller);
    }

    @Override
    public void onError(Throwable cause) {
      failure = cause;
      LockSupport.unpark(caller);
    }
  }
}
