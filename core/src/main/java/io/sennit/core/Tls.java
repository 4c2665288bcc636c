package io.sennit.core;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Certificates of one side. Files are read when a connection starts and read again when they
 * change; a broken new pair keeps the old one in use and is logged.
 *
 * <p>A dialer always asks for the listener's certificate: it must chain to {@code trust} and carry
 * the name that was dialed. A listener asks for the dialer's only if {@code mutual} is set; with
 * {@code trust} alone it takes every dialer.
 *
 * @param identity this side's certificate and key; needed to listen, and to dial a mutual listener
 * @param trust CA certificates (PEM, any number in one file) that the peer's must chain to; empty:
 *     the JDK's own when dialing; a listener uses it only if {@code mutual} is set
 * @param mutual whether a listener demands a certificate of the dialer (needs {@code trust})
 */
public record Tls(Optional<Identity> identity, Optional<Path> trust, boolean mutual) {

  /** A certificate chain and its private key. */
  public sealed interface Identity {
    /** PEM files; the key unencrypted PKCS#8. */
    record Pem(Path chain, Path key) implements Identity {}

    /** A PKCS#12 file; the first key entry is taken. */
    record Pkcs12(Path file, String password) implements Identity {
      @Override
      public String toString() {
        return "Pkcs12[" + file + "]";
      }
    }
  }

  /** Checks that a mutual listener has something to check against. */
  public Tls {
    if (mutual && trust.isEmpty()) {
      throw new ConfigException("tls.mutual", "true", "a CA file in tls.trust beside it");
    }
  }

  /** A listener with a PEM pair; dialers stay anonymous. */
  public static Tls server(Path chain, Path key) {
    return new Tls(Optional.of(new Identity.Pem(chain, key)), Optional.empty(), false);
  }

  /** A dialer that trusts the CA file only. */
  public static Tls client(Path trust) {
    return new Tls(Optional.empty(), Optional.of(trust), false);
  }

  /** Both roles, both sides proven: the usual form inside a cluster. */
  public static Tls mutual(Path chain, Path key, Path trust) {
    return new Tls(Optional.of(new Identity.Pem(chain, key)), Optional.of(trust), true);
  }
}
