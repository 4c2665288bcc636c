package io.sennit.net;

import io.sennit.core.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A bare socket, to say what no honest client would. */
final class Raw implements AutoCloseable {
  private final Socket socket;

  Raw(Address to) throws IOException {
    socket = new Socket(to.host(), to.port());
    socket.setSoTimeout(15_000);
  }

  Raw say(String text) throws IOException {
    return say(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Raw say(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The head of an answer, up to its empty line. */
  String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        throw new IOException("ended after: " + head);
      }
      head.append((char) c);
    }
    return head.toString();
  }

  byte[] bytes(int count) throws IOException {
    return socket.getInputStream().readNBytes(count);
  }

  /** All that comes until the peer ends. */
  String rest() throws IOException {
    var all = new ByteArrayOutputStream();
    socket.getInputStream().transferTo(all);
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
