package io.sennit.mesh.engine;

import io.sennit.core.spi.Endpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * What is derived from the cluster's key for one cluster (docs/protocol/mesh.md, section 5). A
 * cluster without a key uses a key that everybody knows, and is bound to loopback by whoever starts
 * it.
 */
public final class Secrets {
  private final byte[] psk;
  private final byte[] solo;
  private final byte[] reset;
  private final byte[] cookie;
  private final long app;
  private final byte[] prologue;

  private Secrets(BiFunction<String, Integer, byte[]> derive, String app) {
    psk = derive.apply("handshake " + app, 32);
    solo = derive.apply("solo " + app, 32);
    reset = derive.apply("reset " + app, 32);
    cookie = derive.apply("cookie " + app, 32);
    prologue = ("sennit mesh 1 " + app).getBytes(StandardCharsets.UTF_8);
    this.app = ByteBuffer.wrap(sha256(prologue)).getLong();
  }

  /**
   * Derives.
   *
   * @param derive gives key material of a length for a purpose
   * @param app the cluster's name; other clusters cannot even talk by accident
   */
  public static Secrets derived(BiFunction<String, Integer, byte[]> derive, String app) {
    return new Secrets(derive, app);
  }

  /** Of a cluster without a key. */
  public static Secrets open(String app) {
    return new Secrets(
        (purpose, bytes) ->
            Arrays.copyOf(sha256(("no key: " + purpose).getBytes(StandardCharsets.UTF_8)), bytes),
        app);
  }

  byte[] psk() {
    return psk;
  }

  byte[] prologue() {
    return prologue;
  }

  /** A hash of the cluster's name, in clear on HELLO. */
  long app() {
    return app;
  }

  /** Key material of a sender's SOLO packets. */
  byte[] solo(long uid) {
    return Arrays.copyOf(
        Noise.hmac(solo, ByteBuffer.allocate(8).putLong(uid).array()), Seal.MATERIAL);
  }

  /** What proves that who sends a RESET is a member of the cluster at this address. */
  byte[] resetToken(int session, String address) {
    return Arrays.copyOf(
        Noise.hmac(
            reset,
            ByteBuffer.allocate(4).putInt(session).array(),
            address.getBytes(StandardCharsets.UTF_8)),
        16);
  }

  static boolean same(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  /** What a source has to repeat to show that it is there; never 0. */
  long cookie(Endpoint source, long minute) {
    var bytes =
        ByteBuffer.allocate(32)
            .putLong(source.ipHigh())
            .putLong(source.ipLow())
            .putLong(source.port())
            .putLong(minute)
            .array();
    long value = ByteBuffer.wrap(Noise.hmac(cookie, bytes)).getLong();
    return value == 0 ? 1 : value;
  }

  static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "Secrets[hidden]";
  }
}
