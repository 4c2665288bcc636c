package io.sennit.net;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.sennit.core.ConfigException;
import io.sennit.core.Tls;
import io.sennit.core.Tls.Identity;
import io.sennit.core.link.CertificateChains;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts made from files, kept until the files change. Reads files, so never on a loop. A
 * changed file that cannot be used leaves the old certificates in use and is logged once.
 */
final class TlsFiles {
  private static final Logger LOG = System.getLogger("io.sennit.net.tls");
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private final Map<Use, Loaded> loaded = new ConcurrentHashMap<>();

  private record Use(Tls tls, boolean server) {}

  private record Loaded(String stamp, SslContext context) {}

  static boolean boringSsl() {
    return OpenSsl.isAvailable();
  }

  /**
   * The context for a new connection.
   *
   * @throws ConfigException if there is no usable one, now or from before
   */
  SslContext context(Tls tls, boolean server) {
    return loaded.compute(new Use(tls, server), (use, old) -> fresh(use, old)).context();
  }

  private static Loaded fresh(Use use, @Nullable Loaded old) {
    String stamp = stamp(use.tls());
    if (old != null && old.stamp().equals(stamp)) {
      return old;
    }
    try {
      return new Loaded(stamp, build(use.tls(), use.server()));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (old == null) {
        if (e instanceof ConfigException own) {
          throw own;
        }
        throw new ConfigException("tls", files(use.tls()).toString(), "usable files; " + e);
      }
      LOG.log(
          Level.WARNING,
          "changed certificate files cannot be used, the old ones stay: " + files(use.tls()),
          e);
      return new Loaded(stamp, old.context());
    }
  }

  private static List<Path> files(Tls tls) {
    var files = new ArrayList<Path>();
    tls.identity()
        .ifPresent(
            identity -> {
              switch (identity) {
                case Identity.Pem pem -> files.addAll(List.of(pem.chain(), pem.key()));
                case Identity.Pkcs12 store -> files.add(store.file());
              }
            });
    tls.trust().ifPresent(files::add);
    return files;
  }

  /** Changes whenever a file does; a missing file is a stamp too. */
  private static String stamp(Tls tls) {
    var text = new StringBuilder();
    for (var file : files(tls)) {
      try {
        var facts = Files.readAttributes(file, BasicFileAttributes.class);
        text.append(facts.lastModifiedTime()).append('/').append(facts.size());
        text.append('/').append(facts.fileKey()).append(' ');
      } catch (IOException e) {
        text.append(e.getClass().getSimpleName()).append(' ');
      }
    }
    return text.toString();
  }

  private static SslContext build(Tls tls, boolean server)
      throws IOException, GeneralSecurityException {
    if (server && tls.identity().isEmpty()) {
      throw new ConfigException("tls.identity", "none", "a certificate and key, to listen with");
    }
    var builder = SslContextBuilder.forClient();
    if (tls.identity().isPresent()) {
      var pair = read(tls.identity().get());
      builder =
          server
              ? SslContextBuilder.forServer(pair.key(), pair.chain())
              : builder.keyManager(pair.key(), pair.chain());
    }
    if (tls.trust().isPresent()) {
      builder.trustManager(certificates(tls.trust().get()));
    }
    if (server) {
      builder.clientAuth(tls.mutual() ? ClientAuth.REQUIRE : ClientAuth.NONE);
    } else {
      builder.endpointIdentificationAlgorithm("HTTPS");
    }
    return builder
        .sslProvider(boringSsl() ? SslProvider.OPENSSL : SslProvider.JDK)
        .protocols(VERSIONS)
        .build();
  }

  private record Pair(PrivateKey key, X509Certificate[] chain) {}

  private static Pair read(Identity identity) throws IOException, GeneralSecurityException {
    return switch (identity) {
      case Identity.Pem pem -> new Pair(PemKey.read(pem.key()), certificates(pem.chain()));
      case Identity.Pkcs12 store -> pkcs12(store);
    };
  }

  private static X509Certificate[] certificates(Path file)
      throws IOException, GeneralSecurityException {
    return CertificateChains.read(file).toArray(X509Certificate[]::new);
  }

  private static Pair pkcs12(Identity.Pkcs12 store) throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance("PKCS12");
    char[] password = store.password().toCharArray();
    try (InputStream in = Files.newInputStream(store.file())) {
      keys.load(in, password);
    }
    for (String alias : Collections.list(keys.aliases())) {
      if (keys.getKey(alias, password) instanceof PrivateKey key) {
        var chain = keys.getCertificateChain(alias);
        return new Pair(key, Arrays.copyOf(chain, chain.length, X509Certificate[].class));
      }
    }
    throw new ConfigException("tls.identity", store.file().toString(), "a file with a key in it");
  }
}
