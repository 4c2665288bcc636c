package io.sennit.sim.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * The listening side of a TCP proxy, which can be shut in two ways while the port stays the same:
 * refused (nobody listens) or hanging (the queue of the system is full of our own connections, so
 * that it does not answer another). Guarded by its own lock.
 */
final class Gate implements AutoCloseable {
  private static final int FILLERS = 8; // a queue of one takes two on Linux; some slack
  private static final int ANSWER_MILLIS = 150; // loopback answers in microseconds, or never

  private final InetSocketAddress address;
  private final List<Socket> fillers = new ArrayList<>();
  private ServerSocket listening;
  private Class<? extends Fault> shut = Fault.class; // a kind of shutting, or Fault: open
  private boolean closed;

  Gate() throws IOException {
    listening = bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    address = new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
  }

  InetSocketAddress address() {
    return address;
  }

  /** The socket to accept from; changes whenever the gate does. */
  synchronized ServerSocket listening() {
    return listening;
  }

  /** Whether it is not meant to be accepted from. */
  synchronized boolean isShut() {
    return shut != Fault.class;
  }

  /** Waits until it is open or closed for good; false: closed. */
  synchronized boolean awaitOpen() throws InterruptedException {
    while (isShut() && !closed) {
      wait();
    }
    return !closed;
  }

  synchronized void refuse() {
    again(Fault.RefuseConnect.class, -1);
  }

  synchronized void hang() {
    again(Fault.HangConnect.class, 1);
    for (int i = 0; i < FILLERS; i++) {
      var filler = new Socket();
      try {
        filler.connect(address, ANSWER_MILLIS);
        fillers.add(filler);
      } catch (SocketTimeoutException e) {
        closeQuietlyOrFail(filler); // the queue is full, as wanted
        return;
      } catch (IOException e) {
        closeQuietlyOrFail(filler);
        throw new UncheckedIOException("the port cannot be made to hang", e);
      }
    }
    throw new IllegalStateException("this system answers beyond its queue: connects cannot hang");
  }

  synchronized void open() {
    if (isShut() && !closed) {
      again(Fault.class, 128);
    }
  }

  private void again(Class<? extends Fault> kind, int backlog) {
    if (closed) {
      return;
    }
    try {
      shut = kind;
      fillers.forEach(Gate::closeQuietlyOrFail);
      fillers.clear();
      listening.close();
      if (backlog > 0) {
        listening = bind(address, backlog);
      }
      notifyAll();
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy's port " + address + " cannot be reopened", e);
    }
  }

  private static ServerSocket bind(InetSocketAddress at, int backlog) throws IOException {
    var socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(at, backlog);
      return socket;
    } catch (IOException e) {
      try (socket) {
        throw e;
      }
    }
  }

  private static void closeQuietlyOrFail(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    fillers.forEach(Gate::closeQuietlyOrFail);
    listening.close();
    notifyAll();
  }
}
