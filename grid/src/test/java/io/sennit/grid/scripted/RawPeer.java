package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sennit.core.Address;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** One end of a grid connection on a raw socket. */
final class RawPeer implements AutoCloseable {
  private static final int KEY = 0x1a2b3c4d;

  private final Socket socket;
  private final DataInputStream in;
  private final boolean dialer;
  private final ArrayDeque<Msg> waiting = new ArrayDeque<>();
  final List<Msg> seen = new ArrayList<>();
  String head = "";

  private RawPeer(Socket socket, boolean dialer) throws IOException {
    this.socket = socket;
    this.dialer = dialer;
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  // --- the opening

  static String rfc3339(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String nanos(Instant time) {
    return time.getEpochSecond() + "%09d".formatted(time.getNano());
  }

  /** Dials and asks for the upgrade; {@link #head} is the answer. */
  static RawPeer dial(Address to, String time, String token) throws IOException {
    return ask(new RawPeer(new Socket(to.host(), to.port()), true), to, time, token);
  }

  /** The same over TLS, trusting anybody. */
  static RawPeer dialTls(Address to, String time, String token) throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    var socket = context.getSocketFactory().createSocket(to.host(), to.port());
    return ask(new RawPeer(socket, true), to, time, token);
  }

  /** Trusts. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static RawPeer ask(RawPeer peer, Address to, String time, String token)
      throws IOException {
    peer.write(
        ("GET /minio/grid/v1 HTTP/1.1\r\nHost: "
                + to
                + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer "
                + token
                + "\r\nX-Minio-Time: "
                + time
                + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    peer.head = peer.readHead();
    return peer;
  }

  /** Accepts and reads what is asked for. */
  static RawPeer accept(ServerSocket server) throws IOException {
    var peer = new RawPeer(server.accept(), false);
    peer.head = peer.readHead();
    return peer;
  }

  String header(String name) {
    for (var line : head.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  void answer403() throws IOException {
    write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
    close();
  }

  void answer101() throws Exception {
    var digest = MessageDigest.getInstance("SHA-1");
    var accept =
        Base64.getEncoder()
            .encodeToString(
                digest.digest(
                    (header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                        .getBytes(ISO_8859_1)));
    write(
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + accept
                + "\r\n\r\n")
            .getBytes(ISO_8859_1));
  }

  private String readHead() throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("ended after " + text);
      }
      text.append((char) c);
    }
    return text.toString();
  }

  /** The connect message of a generation. */
  static byte[] connect(String host, Instant time, String token, boolean bare) {
    var body = new ByteArrayOutputStream();
    body.write(bare ? 0x82 : 0x84);
    Msg.str(body, "ID");
    Msg.bin(body, Msg.hex("000102030405060708090a0b0c0d0e0f"));
    Msg.str(body, "Host");
    Msg.str(body, host);
    if (!bare) {
      Msg.str(body, "Time");
      body.writeBytes(Msg.hex("c70c05%016x%08x".formatted(time.getEpochSecond(), time.getNano())));
      Msg.str(body, "Token");
      Msg.str(body, token);
    }
    return Msg.bytes(0, 0, 0, 0, 1, 0, body.toByteArray());
  }

  /** The connect message of a Sennit peer that can do so much. */
  static byte[] sennit(String host, int capabilities) {
    var now = Instant.now();
    var body = new ByteArrayOutputStream();
    body.write(0x85);
    Msg.str(body, "ID");
    Msg.bin(body, Msg.hex("000102030405060708090a0b0c0d0e0f"));
    Msg.str(body, "Host");
    Msg.str(body, host);
    Msg.str(body, "Time");
    body.writeBytes(Msg.hex("c70c05%016x%08x".formatted(now.getEpochSecond(), now.getNano())));
    Msg.str(body, "Token");
    Msg.str(body, "debug");
    Msg.str(body, "Sennit");
    body.write(0x85);
    Msg.str(body, "v");
    Msg.uint(body, 1);
    Msg.str(body, "min");
    Msg.uint(body, 1);
    Msg.str(body, "caps");
    Msg.uint(body, capabilities);
    Msg.str(body, "win");
    Msg.uint(body, 1 << 20);
    Msg.str(body, "max");
    Msg.uint(body, 16 << 20);
    return Msg.bytes(0, 0, 0, 0, 1, 0, body.toByteArray());
  }

  /** Reads what comes, on a thread of its own, and forgets it. */
  void drop() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                socket.setSoTimeout(0);
                in.skipNBytes(Long.MAX_VALUE);
              } catch (IOException e) {
                // the end
              }
            });
  }

  /** The answer of an acceptor. */
  static byte[] accepted(boolean yes, String reason) {
    var body = new ByteArrayOutputStream();
    body.write(0x83);
    Msg.str(body, "ID");
    Msg.bin(body, Msg.hex("0f0e0d0c0b0a09080706050403020100"));
    Msg.str(body, "Accepted");
    body.write(yes ? 0xc3 : 0xc2);
    Msg.str(body, "RejectedReason");
    Msg.str(body, reason);
    return Msg.bytes(0, 0, 0, 0, 2, 0, body.toByteArray());
  }

  // --- frames

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void frame(byte[] payload) throws IOException {
    frame(0x82, payload, dialer);
  }

  void frame(int first, byte[] payload, boolean masked) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(first);
    int mask = masked ? 0x80 : 0;
    if (payload.length < 126) {
      out.write(mask | payload.length);
    } else if (payload.length < 65_536) {
      out.write(mask | 126);
      out.writeBytes(Msg.hex("%04x".formatted(payload.length)));
    } else {
      out.write(mask | 127);
      out.writeBytes(Msg.hex("%016x".formatted(payload.length)));
    }
    if (masked) {
      out.writeBytes(Msg.hex("%08x".formatted(KEY)));
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ (masked ? KEY >>> 24 - 8 * (i & 3) : 0));
    }
    write(out.toByteArray());
  }

  /** A frame of a dialer in a hurry: under a key of zeros nothing has to be masked. */
  void fast(byte[] payload) throws IOException {
    var frame = ByteBuffer.allocate(14 + payload.length);
    frame.put((byte) 0x82);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      frame.put((byte) 0xfe).putShort((short) payload.length);
    } else {
      frame.put((byte) 0xff).putLong(payload.length);
    }
    frame.putInt(0).put(payload);
    socket.getOutputStream().write(frame.array(), 0, frame.position());
  }

  void send(String hex) throws IOException {
    frame(Msg.hex(hex));
  }

  void send(long mux, long seq, int op, int flags, String payload) throws IOException {
    frame(Msg.bytes(mux, seq, 0, 0, op, flags, payload.getBytes(ISO_8859_1)));
  }

  private byte[] readFrame() throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    if (first != 0x82) {
      throw new AssertionError("not one whole binary frame: %02x".formatted(first));
    }
    if ((second & 0x80) != 0 == dialer) {
      throw new AssertionError("masked the wrong way");
    }
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    var key = new byte[4];
    if (!dialer) {
      in.readFully(key);
    }
    var payload = new byte[(int) length];
    in.readFully(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= key[i & 3];
    }
    return payload;
  }

  /** The next message, taken out of its list if it came merged. */
  Msg next() throws IOException {
    while (waiting.isEmpty()) {
      var outer = Msg.read(readFrame());
      if (outer.op() != 17) {
        waiting.add(outer);
        continue;
      }
      var list = ByteBuffer.wrap(outer.payload());
      for (long i = outer.seq(); i > 0; i--) {
        waiting.add(Msg.read(Msg.bin(list)));
      }
      if (list.hasRemaining()) {
        throw new AssertionError("a merged list with a rest");
      }
    }
    var next = waiting.removeFirst();
    seen.add(next);
    return next;
  }

  Msg next(int op) throws IOException {
    var next = next();
    if (next.op() != op) {
      var hex = next.hex();
      throw new AssertionError(
          "op "
              + next.op()
              + " instead of "
              + op
              + ": "
              + hex.substring(0, Math.min(200, hex.length())));
    }
    return next;
  }

  /** The end (FIN), behind so many bytes of a frame. */
  void endInside(int bytes) throws IOException {
    var frame =
        Msg.hex(dialer ? "82fe012c00000000" + "00".repeat(300) : "827e012c" + "00".repeat(300));
    socket.getOutputStream().write(frame, 0, bytes);
    socket.shutdownOutput();
  }

  /** Whether the peer ends the connection next, with or without a last frame. */
  boolean ends() throws IOException {
    try {
      while (in.read() >= 0) {
        // what was under way
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
