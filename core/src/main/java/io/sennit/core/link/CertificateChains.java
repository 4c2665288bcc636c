package io.sennit.core.link;

import io.sennit.core.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** What a link needs to know of X.509 certificates, over sockets and in a simulation alike. */
public final class CertificateChains {
  private static final int DNS_NAME = 2;

  private CertificateChains() {}

  /**
   * The certificates of a PEM file in their order, at least one. Blocks.
   *
   * @throws ConfigException if there is none in it
   */
  public static List<X509Certificate> read(Path pem) throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(pem)) {
      var all =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (all.isEmpty()) {
        throw new ConfigException("tls", pem.toString(), "a file with PEM certificates");
      }
      return all;
    }
  }

  /** The name a certificate proves: its first DNS name, else its common name. */
  public static Optional<String> name(X509Certificate leaf) {
    try {
      var names = leaf.getSubjectAlternativeNames();
      if (names != null) {
        for (var one : names) {
          if (one.get(0) instanceof Integer kind && kind == DNS_NAME) {
            return Optional.of(String.valueOf(one.get(1)));
          }
        }
      }
      for (var rdn : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns().reversed()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          return Optional.of(String.valueOf(rdn.getValue()));
        }
      }
    } catch (CertificateParsingException | InvalidNameException e) {
      System.getLogger("io.sennit.core.link")
          .log(Level.DEBUG, "a certificate without a readable name", e);
    }
    return Optional.empty();
  }
}
