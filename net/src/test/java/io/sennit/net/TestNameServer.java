package io.sennit.net;

import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server on loopback: knows some names, is silent about others, denies the rest. */
final class TestNameServer implements AutoCloseable {
  private static final int A = 1;

  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
  private final Map<String, byte[]> known = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

  TestNameServer() throws IOException {
    Thread.ofPlatform().daemon().name("test-name-server").start(this::serve);
  }

  NameServers servers(java.nio.file.Path hosts) {
    var place = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    return new NameServers(
        hosts, java.util.Optional.of(new SingletonDnsServerAddressStreamProvider(place)), false);
  }

  void knows(String name, int... ip) {
    var bytes = new byte[ip.length];
    for (int i = 0; i < ip.length; i++) {
      bytes[i] = (byte) ip[i];
    }
    known.put(name, bytes);
  }

  /** How often the addresses (IPv4) of a name were asked for. */
  int asked(String name) {
    var count = asked.get(name);
    return count == null ? 0 : count.get();
  }

  private void serve() {
    try {
      while (true) {
        var question = new DatagramPacket(new byte[512], 512);
        socket.receive(question);
        answer(question);
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private void answer(DatagramPacket question) throws IOException {
    byte[] q = question.getData();
    var name = new StringBuilder();
    int at = 12;
    while (q[at] != 0) {
      name.append(name.isEmpty() ? "" : ".");
      name.append(new String(q, at + 1, q[at], StandardCharsets.US_ASCII));
      at += q[at] + 1;
    }
    int type = q[at + 1] << 8 | q[at + 2];
    if (type == A) {
      asked.computeIfAbsent(name.toString(), _ -> new AtomicInteger()).incrementAndGet();
    }
    if (name.toString().startsWith("silent")) {
      return;
    }
    byte[] ip = known.get(name.toString());
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(q, 0, 2);
    out.writeShort(ip == null ? 0x8183 : 0x8180); // no such name, or an answer
    out.writeShort(1);
    out.writeShort(ip != null && type == A ? 1 : 0);
    out.writeInt(0);
    out.write(q, 12, at + 5 - 12);
    if (ip != null && type == A) {
      out.writeShort(0xc00c);
      out.writeShort(A);
      out.writeShort(1);
      out.writeInt(3600); // who kept it would keep it for an hour
      out.writeShort(ip.length);
      out.write(ip);
    }
    byte[] all = bytes.toByteArray();
    socket.send(new DatagramPacket(all, all.length, question.getSocketAddress()));
  }

  @Override
  public void close() {
    socket.close();
  }
}
