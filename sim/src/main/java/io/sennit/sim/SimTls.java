package io.sennit.sim;

import io.sennit.core.ConfigException;
import io.sennit.core.Tls;
import io.sennit.core.Tls.Identity;
import io.sennit.core.link.CertificateChains;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What TLS proves, without its bytes: chains are sent as they are, and checked as TLS would but for
 * their dates, which are those of the real clock.
 */
final class SimTls {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private SimTls() {}

  /** The chain of this side; empty if it has none. */
  static List<X509Certificate> own(Tls tls) {
    if (tls.identity().isEmpty()) {
      return List.of();
    }
    try {
      return switch (tls.identity().get()) {
        case Identity.Pem pem -> CertificateChains.read(pem.chain());
        case Identity.Pkcs12 store -> pkcs12(store);
      };
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigException("tls", tls.identity().get().toString(), "usable files; " + e);
    }
  }

  private static List<X509Certificate> pkcs12(Identity.Pkcs12 store)
      throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store.file())) {
      keys.load(in, store.password().toCharArray());
    }
    for (String alias : Collections.list(keys.aliases())) {
      if (keys.isKeyEntry(alias)) {
        var chain = new ArrayList<X509Certificate>();
        for (var one : keys.getCertificateChain(alias)) {
          chain.add((X509Certificate) one);
        }
        return chain;
      }
    }
    throw new ConfigException("tls.identity", store.file().toString(), "a file with a key in it");
  }

  /** A chain in one word. */
  static String text(List<X509Certificate> chain) {
    var words = new ArrayList<String>();
    try {
      for (var one : chain) {
        words.add(Base64.getEncoder().encodeToString(one.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
    return words.isEmpty() ? "-" : String.join(",", words);
  }

  /** The chain of a word. */
  static List<X509Certificate> chain(String text) throws GeneralSecurityException {
    var chain = new ArrayList<X509Certificate>();
    if (!text.equals("-")) {
      var factory = CertificateFactory.getInstance("X.509");
      for (String word : text.split(",", -1)) {
        var bytes = new ByteArrayInputStream(Base64.getDecoder().decode(word));
        chain.add((X509Certificate) factory.generateCertificate(bytes));
      }
    }
    return chain;
  }

  /** Whether each certificate of a chain is signed by the next, and the last by one we trust. */
  static boolean trusts(Tls tls, List<X509Certificate> chain) {
    if (tls.trust().isEmpty() || chain.isEmpty()) {
      return false; // the JDK's own authorities signed nothing that is simulated
    }
    List<X509Certificate> anchors;
    try {
      anchors = CertificateChains.read(tls.trust().get());
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigException("tls.trust", tls.trust().get().toString(), "usable files; " + e);
    }
    for (int i = 0; i < chain.size(); i++) {
      var one = chain.get(i);
      if (anchors.stream().anyMatch(anchor -> anchor.equals(one) || signed(one, anchor))) {
        return true;
      }
      if (i + 1 == chain.size() || !signed(one, chain.get(i + 1))) {
        return false;
      }
    }
    return false;
  }

  private static boolean signed(X509Certificate one, X509Certificate by) {
    try {
      one.verify(by.getPublicKey());
      return one.getIssuerX500Principal().equals(by.getSubjectX500Principal());
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /** Whether a certificate was made for a host: a DNS name (one star at its front) or an IP. */
  static boolean covers(X509Certificate leaf, String host) throws GeneralSecurityException {
    var wanted = host.toLowerCase(Locale.ROOT);
    var names = leaf.getSubjectAlternativeNames();
    boolean isIp = SimNames.ip(host) != null;
    boolean hasNames = false;
    for (var one : names == null ? List.<List<?>>of() : names) {
      int kind = (Integer) one.get(0);
      String name = String.valueOf(one.get(1)).toLowerCase(Locale.ROOT);
      if (kind == DNS_NAME) {
        hasNames = true;
      }
      if (kind == (isIp ? IP_ADDRESS : DNS_NAME)
          && (name.equals(wanted) || !isIp && star(name, wanted))) {
        return true;
      }
    }
    return !isIp
        && !hasNames
        && CertificateChains.name(leaf).filter(wanted::equalsIgnoreCase).isPresent();
  }

  private static boolean star(String name, String wanted) {
    int dot = wanted.indexOf('.');
    return name.startsWith("*.") && dot > 0 && name.substring(1).equals(wanted.substring(dot));
  }
}
