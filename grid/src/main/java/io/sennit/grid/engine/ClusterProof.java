package io.sennit.grid.engine;

import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Proves knowledge of a cluster key, and checks a peer's proof, so that neither can be used twice:
 * docs/protocol/grid.md §9.6. The first key is the one this side dials with; all are accepted, so
 * that keys can be changed one node after the other. Any thread.
 */
public final class ClusterProof {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String TOKEN = "sennit2.";
  private static final int ID_BYTES = 4;

  /** What is derived from one key. */
  private record Derived(String id, SecretKeySpec token, SecretKeySpec proof) {
    static Derived of(ClusterKey key) {
      return new Derived(
          HexFormat.of().formatHex(key.derive("sennit grid key id v1", ID_BYTES)),
          new SecretKeySpec(key.derive("sennit grid token v2", 32), ALGORITHM),
          new SecretKeySpec(key.derive("sennit grid proof v1", 32), ALGORITHM));
    }
  }

  private final List<Derived> keys = new ArrayList<>();

  /**
   * With these keys.
   *
   * @param all at least one, the one to dial with first
   * @throws ConfigException if a key is given twice
   */
  public ClusterProof(List<ClusterKey> all) {
    for (var key : all) {
      var derived = Derived.of(key);
      if (keys.stream().anyMatch(k -> k.id().equals(derived.id()))) {
        throw new ConfigException("key", "the key with id " + derived.id(), "each key once");
      }
      keys.add(derived);
    }
  }

  /** The id of the key to dial with. */
  String keyId() {
    return keys.getFirst().id();
  }

  /** Whether there is a key of that id. */
  boolean knows(String id) {
    return find(id) != null;
  }

  private @Nullable Derived find(String id) {
    for (var key : keys) {
      if (key.id().equals(id)) {
        return key;
      }
    }
    return null;
  }

  private Derived need(String id) {
    var key = find(id);
    if (key == null) {
      throw new IllegalStateException("no key " + id);
    }
    return key;
  }

  // --- the HTTP header, which keeps strangers out and opens nothing by itself ---

  /** The bearer token beside a time header; worth nothing with another time. */
  String token(String time) {
    return token(keys.getFirst(), time);
  }

  private static String token(Derived key, String time) {
    var mac = mac(key.token(), time.getBytes(StandardCharsets.US_ASCII));
    return TOKEN + key.id() + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
  }

  /**
   * Checks a bearer token against the time header it came with.
   *
   * @throws RejectedException if it is missing, or made with another key or for another time
   */
  void checkToken(String presented, String time) throws RejectedException {
    boolean right = false;
    for (var key : keys) {
      right |=
          MessageDigest.isEqual(
              token(key, time).getBytes(StandardCharsets.US_ASCII),
              presented.getBytes(StandardCharsets.US_ASCII));
    }
    if (!right) {
      throw new RejectedException(
          presented.isEmpty() ? "no token" : "wrong token",
          ErrorContext.advice("Give all nodes the same cluster key."));
    }
  }

  // --- the proofs ---

  /**
   * The acceptor's.
   *
   * @param key the id of a known key
   * @param connect the payload of the dialer's connect message
   * @param answer the payload of the answer, up to the proof
   */
  byte[] acceptor(String key, byte[] connect, byte[] answer) {
    return proof(key, "acceptor", connect, answer);
  }

  /**
   * The dialer's.
   *
   * @param answer the payload of the answer, with the acceptor's proof
   */
  byte[] dialer(String key, byte[] connect, byte[] answer) {
    return proof(key, "dialer", connect, answer);
  }

  private byte[] proof(String key, String role, byte[] connect, byte[] answer) {
    var label = role.getBytes(StandardCharsets.US_ASCII);
    return mac(
        need(key).proof(),
        ByteBuffer.allocate(3 * 4 + label.length + connect.length + answer.length)
            .putInt(label.length)
            .put(label)
            .putInt(connect.length)
            .put(connect)
            .putInt(answer.length)
            .put(answer)
            .array());
  }

  /** Compares in a time that does not depend on where two proofs differ. */
  static boolean same(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  private static byte[] mac(SecretKeySpec key, byte[] text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks " + ALGORITHM, e);
    }
  }
}
