package io.sennit.bench.raw;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Length-prefixed messages over a blocking socket; each is one write and, if it can be, one read.
 */
final class MessageSocket implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private byte[] inBuffer = new byte[4096];
  private byte[] outBuffer = new byte[4096];

  MessageSocket(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  void send(byte[] message) throws IOException {
    int size = 4 + message.length;
    if (outBuffer.length < size) {
      outBuffer = new byte[size];
    }
    ByteBuffer.wrap(outBuffer).putInt(message.length).put(message);
    out.write(outBuffer, 0, size);
  }

  /** Reads one message; there is never a second one behind it in a ping-pong. */
  byte[] receive() throws IOException {
    int read = fill(0, 4);
    int size = 4 + ByteBuffer.wrap(inBuffer).getInt();
    if (inBuffer.length < size) {
      inBuffer = Arrays.copyOf(inBuffer, size);
    }
    fill(read, size);
    return Arrays.copyOfRange(inBuffer, 4, size);
  }

  private int fill(int from, int to) throws IOException {
    int read = from;
    while (read < to) {
      int step = in.read(inBuffer, read, inBuffer.length - read);
      if (step < 0) {
        throw new EOFException();
      }
      read += step;
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
