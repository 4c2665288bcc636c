package io.sennit.core.spi;

import io.sennit.core.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A resolved place: IPv6, or IPv4 in its mapped form (::ffff:a.b.c.d), and a port.
 *
 * @param ipHigh the first eight bytes of the address
 * @param ipLow the last eight
 * @param port 0 to 65535
 */
public record Endpoint(long ipHigh, long ipLow, int port) {
  private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

  /** An IPv4 place. */
  public static Endpoint v4(int ip, int port) {
    return new Endpoint(0, V4_MAPPED | (ip & 0xffff_ffffL), port);
  }

  /**
   * A place from the bytes of its address.
   *
   * @param ip 4 or 16 bytes
   */
  public static Endpoint of(byte[] ip, int port) {
    if (ip.length == 4) {
      return v4(
          (ip[0] & 0xff) << 24 | (ip[1] & 0xff) << 16 | (ip[2] & 0xff) << 8 | (ip[3] & 0xff), port);
    }
    if (ip.length != 16) {
      throw new IllegalArgumentException("an address of " + ip.length + " bytes");
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < 8; i++) {
      high = high << 8 | (ip[i] & 0xff);
      low = low << 8 | (ip[i + 8] & 0xff);
    }
    return new Endpoint(high, low, port);
  }

  /** Whether it is an IPv4 place. */
  public boolean isV4() {
    return ipHigh == 0 && (ipLow >>> 32) == 0xffff;
  }

  /** Whether it stands for every interface ({@code 0.0.0.0}, {@code ::}). */
  public boolean isAny() {
    return ipHigh == 0 && (ipLow == 0 || ipLow == V4_MAPPED);
  }

  /** The same as text that can be told to others: {@code 10.0.0.1:7400}. */
  public Address toAddress() {
    try {
      return Address.of(InetAddress.getByAddress(ip()).getHostAddress(), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** The address in its shortest form: 4 bytes for a mapped IPv4 one, else 16. */
  public byte[] ip() {
    var bytes = new byte[isV4() ? 4 : 16];
    for (int i = 0; i < bytes.length; i++) {
      int fromEnd = bytes.length - 1 - i;
      bytes[i] = (byte) (fromEnd < 8 ? ipLow >>> (8 * fromEnd) : ipHigh >>> (8 * (fromEnd - 8)));
    }
    return bytes;
  }
}
