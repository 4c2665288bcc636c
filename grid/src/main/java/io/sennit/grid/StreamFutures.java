package io.sennit.grid;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.grid.engine.AsyncPut;
import io.sennit.grid.engine.AsyncTake;
import io.sennit.grid.engine.ClientMux;
import io.sennit.grid.engine.Mux;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stream's asynchronous ends as futures, which complete on its loop. */
final class StreamFutures {
  private StreamFutures() {}

  static CompletableFuture<Optional<byte[]>> receive(Mux mux) {
    var take = new Take(mux);
    mux.take(take);
    return take.future;
  }

  static CompletableFuture<Void> send(Mux mux, byte[] item) {
    return put(mux, new Put(mux, item));
  }

  static CompletableFuture<Void> end(Mux mux) {
    return put(mux, new Put(mux));
  }

  private static CompletableFuture<Void> put(Mux mux, Put put) {
    try {
      mux.put(put);
    } catch (SennitException e) {
      put.future.completeExceptionally(e);
    }
    return put.future;
  }

  /** The end of a stream whose code is on the loop; cancelling it cancels the stream. */
  static final class End extends CompletableFuture<Void> {
    private volatile @Nullable ClientMux mux; // none while it waits for a connection

    /** It is the end of this stream, which is handed over next. */
    void of(ClientMux stream) {
      mux = stream;
      stream.handoff().atEnd(() -> ended(stream));
    }

    private void ended(ClientMux stream) {
      var why = stream.handoff().failure();
      if (stream != mux) {
        return; // it was not begun
      }
      if (why == null) {
        complete(null);
      } else {
        completeExceptionally(why);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      var stream = mux;
      if (cancelled && stream != null) {
        stream.cancel(
            new CancelledException(
                "cancelled",
                ErrorContext.peer(stream.channel().remoteHost()).with(Outcome.UNKNOWN)));
      }
      return cancelled;
    }
  }

  private static final class Take extends AsyncTake {
    final CompletableFuture<Optional<byte[]>> future = new CompletableFuture<>();

    Take(Mux mux) {
      super(mux);
    }

    @Override
    protected boolean isGivenUp() {
      return future.isDone();
    }

    @Override
    protected boolean came(byte[] item) {
      return future.complete(Optional.of(item));
    }

    @Override
    protected void ended() {
      future.complete(Optional.empty());
    }

    @Override
    protected void failed(SennitException why) {
      future.completeExceptionally(why);
    }
  }

  private static final class Put extends AsyncPut {
    final CompletableFuture<Void> future = new CompletableFuture<>();

    Put(Mux mux, byte[] item) {
      super(mux, item);
    }

    Put(Mux mux) {
      super(mux);
    }

    @Override
    protected boolean isGivenUp() {
      return future.isDone();
    }

    @Override
    protected void sent() {
      future.complete(null);
    }

    @Override
    protected void failed(SennitException why) {
      future.completeExceptionally(why);
    }
  }
}
