package io.sennit.grid;

import io.sennit.grid.engine.ServerMux;
import java.util.Optional;

/** The handler's end of a stream of bytes. */
final class ServerStream implements Input<byte[]>, Output<byte[]> {
  private final ServerMux mux;

  ServerStream(ServerMux mux) {
    this.mux = mux;
  }

  @Override
  public Optional<byte[]> receive() {
    try {
      return Optional.ofNullable(mux.receive());
    } catch (InterruptedException e) {
      throw CallSite.interrupted("the stream", mux.name());
    }
  }

  @Override
  public void send(byte[] item) {
    try {
      mux.send(item);
    } catch (InterruptedException e) {
      throw CallSite.interrupted("the stream", mux.name());
    }
  }

  @Override
  public boolean trySend(byte[] item) {
    return mux.trySend(item);
  }
}
