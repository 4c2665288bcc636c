package io.sennit.bench.raw;

import io.sennit.bench.harness.PeerServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Serves one connection, on one platform thread. */
final class SocketServer implements PeerServer {
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

  SocketServer() throws IOException {
    Thread.ofPlatform().name("server").daemon().start(this::serve);
  }

  @Override
  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void serve() {
    try (MessageSocket peer = new MessageSocket(listener.accept())) {
      while (true) {
        peer.send(peer.receive());
      }
    } catch (EOFException e) {
      return; // the client is done
    } catch (IOException e) {
      if (!listener.isClosed()) {
        e.printStackTrace();
      }
    }
  }
}
