package io.sennit.net;

import io.sennit.core.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Reads an unencrypted PKCS#8 private key from a PEM file. */
final class PemKey {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final List<String> KINDS = List.of("EC", "RSA", "Ed25519");

  private PemKey() {}

  static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
    String text = Files.readString(file);
    int from = text.indexOf(BEGIN);
    int to = text.indexOf(END);
    if (from < 0 || to < from) {
      throw new ConfigException(
          "tls.identity", file.toString(), "a PEM file with BEGIN PRIVATE KEY");
    }
    byte[] der = Base64.getMimeDecoder().decode(text.substring(from + BEGIN.length(), to));
    for (String kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException _) {
        // not of this kind: the next one knows
      }
    }
    throw new ConfigException("tls.identity", file.toString(), "an EC, RSA or Ed25519 key");
  }
}
