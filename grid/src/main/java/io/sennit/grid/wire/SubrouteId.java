package io.sennit.grid.wire;

import io.sennit.core.ConfigException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The 32-byte key of a handler on a subroute: SHA-256 of the route, its first byte replaced by the
 * handler, its second by zero; docs/protocol/grid.md §3.5.
 */
public final class SubrouteId {
  /** Bytes of a key. */
  public static final int SIZE = 32;

  private final byte[] bytes;
  private final int hash;

  private SubrouteId(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /**
   * Checks the text of a route.
   *
   * @throws ConfigException if it is no text in UTF-8, so that it would share its key with another
   */
  public static void check(String route) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(route)) {
      throw new ConfigException("subroute", route, "characters, not halves of them");
    }
  }

  /** The key of {@code handler} on {@code route} (parts joined with slashes). */
  public static SubrouteId of(int handler, String route) {
    var digest = sha256(route);
    digest[0] = (byte) handler;
    digest[1] = 0;
    return new SubrouteId(digest);
  }

  /** A key as received; its bytes are copied. */
  public static SubrouteId read(byte[] from, int offset) {
    return new SubrouteId(Arrays.copyOfRange(from, offset, offset + SIZE));
  }

  /** Writes the key. */
  public void write(byte[] to, int offset) {
    System.arraycopy(bytes, 0, to, offset, SIZE);
  }

  /** The handler in its first byte. */
  public int handler() {
    return bytes[0] & 0xff;
  }

  /**
   * Whether it is the internal alias of a handler without subroute, which no peer may use: all zero
   * behind the handler.
   */
  public boolean isAlias() {
    for (int i = 1; i < SIZE; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SubrouteId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return java.util.HexFormat.of().formatHex(bytes, 0, 8);
  }

  private static byte[] sha256(String route) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(route.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }
}
