package io.sennit.sim.proxy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listening side of a TCP proxy, which can be shut in two ways while the port stays the same:
 * refused (nobody listens) or hanging (the queue of the system is full of our own connections, so
 * that it does not answer another). One thread accepts; any thread may move it, one at a time.
 */
final class Entrance implements AutoCloseable {
  private static final int FILLERS = 8; // a queue of one takes two on Linux; some slack
  private static final int ANSWER_MILLIS = 150; // loopback answers in microseconds, or never

  private final InetSocketAddress address;
  private final Object moves = new Object(); // held during a whole move; taken before this
  private final List<Socket> fillers = new ArrayList<>(); // guarded by moves
  private ServerSocket listening;
  private Class<? extends Disturbance> shut =
      Disturbance.class; // a kind of shutting, or Disturbance: open
  private boolean accepting;
  private boolean closed;

  Entrance() throws IOException {
    listening = bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    address = new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
  }

  InetSocketAddress address() {
    return address;
  }

  /** Waits for a connection, through all moves of the entrance; null: closed for good. */
  @Nullable Socket accept() throws IOException, InterruptedException {
    while (true) {
      ServerSocket from;
      synchronized (this) {
        while (isShut() && !closed) {
          wait();
        }
        if (closed) {
          return null;
        }
        from = listening;
        accepting = true;
      }
      try {
        return from.accept();
      } catch (IOException e) {
        if (!from.isClosed()) {
          throw e;
        } // else the entrance was moved under us, which is how it is told
      } finally {
        synchronized (this) {
          accepting = false;
          notifyAll();
        }
      }
    }
  }

  private boolean isShut() {
    return shut != Disturbance.class;
  }

  void refuse() {
    synchronized (moves) {
      move(Disturbance.Refuse.class, -1);
    }
  }

  void hang() {
    synchronized (moves) {
      if (move(Disturbance.Hang.class, 1)) {
        fill();
      }
    }
  }

  private void fill() {
    for (int i = 0; i < FILLERS; i++) {
      var filler = new Socket();
      try {
        filler.connect(address, ANSWER_MILLIS);
        fillers.add(filler);
      } catch (SocketTimeoutException e) {
        close(filler); // the queue is full, as wanted
        return;
      } catch (IOException e) {
        close(filler);
        throw new UncheckedIOException("the port cannot be made to hang", e);
      }
    }
    throw new IllegalStateException("this system answers beyond its queue: connects cannot hang");
  }

  void open() {
    synchronized (moves) {
      boolean wasShut;
      synchronized (this) {
        wasShut = isShut();
      }
      if (wasShut) {
        move(Disturbance.class, 128);
      }
    }
  }

  /** With {@code moves} held: ends what was and begins what shall be; false: closed for good. */
  private boolean move(Class<? extends Disturbance> kind, int backlog) {
    synchronized (this) {
      if (closed) {
        return false;
      }
      shut = Disturbance.Refuse.class; // for the accepting thread, until it is decided below
      try {
        endListening();
        if (backlog > 0) {
          listening = bind(address, backlog);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the proxy's port " + address + " cannot be reopened", e);
      }
      shut = kind;
      notifyAll();
      return true;
    }
  }

  /** The system frees the port only when the thread that accepts has come back. */
  private void endListening() throws IOException {
    fillers.forEach(Entrance::close);
    fillers.clear();
    listening.close();
    try {
      while (accepting) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("while the entrance moved");
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

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (moves) {
      synchronized (this) {
        closed = true;
        notifyAll();
        endListening();
      }
    }
  }
}
