package io.sennit.bench.raw;

import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.ReplyCallback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Writes and reads on the calling thread. */
final class SocketClient implements PeerClient {
  private final MessageSocket peer;

  SocketClient(int port) throws IOException {
    peer = new MessageSocket(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  @Override
  public byte[] callBlocking(byte[] request) throws IOException {
    peer.send(request);
    return peer.receive();
  }

  @Override
  public void callAsync(byte[] request, ReplyCallback callback) {
    callback.onError(new UnsupportedOperationException("a blocking socket has no callbacks"));
  }

  @Override
  public void close() throws IOException {
    peer.close();
  }
}
