package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.SystemOptions;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** SRV records, from a name server of this test's own. */
class ServicesTest {
  @Test
  void targetsComeByPriorityThenWeight() throws Exception {
    try (var server = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> answerOnce(server));
      var place = new InetSocketAddress("127.0.0.1", server.getLocalPort());
      try (var net =
          new NetTransport(
              SystemOptions.defaults(),
              NameServers.of(new SingletonDnsServerAddressStreamProvider(place)))) {
        var answer = new CompletableFuture<List<Endpoint>>();
        net.names()
            .resolve(
                net.loop(),
                "_sennit._tcp.cluster.test",
                true,
                Done.of(answer::complete, (SennitException e) -> answer.completeExceptionally(e)));
        assertThat(answer.get(10, TimeUnit.SECONDS))
            .extracting(Endpoint::port)
            .containsExactly(7402, 7403, 7401);
      }
    }
  }

  /** Three records whose targets are literals, so that nobody else is asked. */
  private static void answerOnce(DatagramSocket server) {
    try {
      var question = new DatagramPacket(new byte[512], 512);
      server.receive(question);
      int end = 12;
      while (question.getData()[end] != 0) {
        end += question.getData()[end] + 1;
      }
      end += 5;
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      out.write(question.getData(), 0, 2);
      out.writeShort(0x8180);
      out.writeShort(1);
      out.writeShort(3);
      out.writeInt(0);
      out.write(question.getData(), 12, end - 12);
      int[][] records = {{2, 0, 7401}, {1, 9, 7402}, {1, 3, 7403}};
      for (int[] one : records) {
        out.writeShort(0xc00c);
        out.writeShort(33);
        out.writeShort(1);
        out.writeInt(0);
        byte[] target = {3, '1', '2', '7', 1, '0', 1, '0', 1, '1', 0};
        out.writeShort(6 + target.length);
        for (int field : one) {
          out.writeShort(field);
        }
        out.write(target);
      }
      byte[] all = bytes.toByteArray();
      server.send(new DatagramPacket(all, all.length, question.getSocketAddress()));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
