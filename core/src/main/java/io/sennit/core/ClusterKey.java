package io.sennit.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The one secret of a cluster: 32 random bytes. Tokens and keys of every strand are derived from it
 * with HKDF-SHA256 under labels of their own, so none reveals another. Never printed.
 */
public final class ClusterKey {
  /** Bytes of a key. */
  public static final int SIZE = 32;

  /** The environment variable {@link #fromEnv()} reads: 64 hex digits, or a file's path. */
  public static final String ENV = "SENNIT_CLUSTER_KEY";

  private static final int MAX_DERIVED = 255 * 32;

  private final byte[] secret;

  private ClusterKey(byte[] secret) {
    this.secret = secret;
  }

  /**
   * A key from its bytes.
   *
   * @throws ConfigException unless there are exactly 32
   */
  public static ClusterKey of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new ConfigException(
          "cluster-key", bytes.length + " bytes", "exactly 32 bytes (64 hex digits)");
    }
    return new ClusterKey(bytes.clone());
  }

  /** A key from 64 hex digits; white space around them is ignored. */
  public static ClusterKey parse(String hex) {
    var digits = hex.strip();
    if (digits.length() != 2 * SIZE || !digits.chars().allMatch(HexFormat::isHexDigit)) {
      throw new ConfigException(
          "cluster-key", digits.length() + " characters", "64 hex digits (openssl rand -hex 32)");
    }
    return new ClusterKey(HexFormat.of().parseHex(digits));
  }

  /** A key from a file of 64 hex digits. */
  public static ClusterKey read(Path file) {
    try {
      return parse(Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new ConfigException(
          "cluster-key", file.toString(), "a readable file of 64 hex digits (" + e + ")");
    }
  }

  /** The key named by {@value #ENV}, if that is set: 64 hex digits, or the path of a file. */
  public static Optional<ClusterKey> fromEnv() {
    var value = System.getenv(ENV);
    if (value == null || value.isBlank()) {
      return Optional.empty();
    }
    boolean hex = value.strip().length() == 2 * SIZE && !Files.exists(Path.of(value.strip()));
    return Optional.of(hex ? parse(value) : read(Path.of(value.strip())));
  }

  /** A fresh random key. */
  public static ClusterKey random() {
    var bytes = new byte[SIZE];
    new SecureRandom().nextBytes(bytes);
    return new ClusterKey(bytes);
  }

  /** The key as 64 hex digits, for a file or an environment; keep it secret. */
  public String toHex() {
    return HexFormat.of().formatHex(secret);
  }

  /**
   * Key material for one purpose.
   *
   * @param label names the purpose, for example {@code sennit grid token v1}
   * @param bytes 1 to 255 * 32
   */
  public byte[] derive(String label, int bytes) {
    if (bytes < 1 || bytes > MAX_DERIVED) {
      throw new IllegalArgumentException(bytes + " bytes: HKDF gives 1 to " + MAX_DERIVED);
    }
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .thenExpand(label.getBytes(StandardCharsets.UTF_8), bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HKDF-SHA256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterKey key && MessageDigest.isEqual(secret, key.secret);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(derive("sennit identity of a key v1", 4));
  }

  @Override
  public String toString() {
    return "ClusterKey[hidden]";
  }
}
