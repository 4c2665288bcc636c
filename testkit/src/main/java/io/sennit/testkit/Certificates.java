package io.sennit.testkit;

import io.sennit.core.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A certificate authority of one test, made with the JDK's own keytool in a folder of its own. */
public final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  /** The authority's certificate. */
  public final Path ca;

  /** Makes an authority called {@code ca}. */
  public Certificates(Path folder) throws Exception {
    this(folder, "ca");
  }

  /** Makes an authority; two may have one name, and still only their own pairs are theirs. */
  public Certificates(Path folder, String name) throws Exception {
    this.folder = folder;
    generate("ca", name, List.of("-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign"));
    ca = folder.resolve("ca.pem");
    Files.writeString(ca, block("CERTIFICATE", load().getCertificate("ca").getEncoded()));
  }

  /** A pair signed by the authority; {@code names} as keytool's SAN, for example {@code dns:a}. */
  public Tls.Identity.Pem pair(String name, String names) throws Exception {
    generate(name, name, List.of("-signer", "ca", "-ext", "san=" + names));
    return pem(name, name);
  }

  /** Both sides proven by this authority, with a new pair; {@code names} as in {@link #pair}. */
  public Tls mutual(String name, String names) throws Exception {
    return new Tls(Optional.of(pair(name, names)), Optional.of(ca), true);
  }

  /** The same where who listens does not ask the dialer for a certificate. */
  public Tls oneSided(String name, String names) throws Exception {
    return new Tls(Optional.of(pair(name, names)), Optional.of(ca), false);
  }

  /** The pair {@code name} as one PKCS#12 file. */
  public Tls.Identity.Pkcs12 pkcs12(String name) throws Exception {
    var all = load();
    var one = KeyStore.getInstance("PKCS12");
    char[] password = PASSWORD.toCharArray();
    one.load(null, password);
    one.setKeyEntry(name, all.getKey(name, password), password, all.getCertificateChain(name));
    Path file = folder.resolve(name + ".p12");
    try (var out = Files.newOutputStream(file)) {
      one.store(out, password);
    }
    return new Tls.Identity.Pkcs12(file, PASSWORD);
  }

  private KeyStore load() throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(folder.resolve("all.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private void generate(String alias, String name, List<String> more) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-genkeypair", "-alias", alias));
    command.addAll(List.of("-dname", "CN=" + name, "-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-validity", "2", "-keystore", folder.resolve("all.p12").toString()));
    command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
    command.addAll(more);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }

  /** Writes the pair {@code name} as PEM files called {@code as}. */
  public Tls.Identity.Pem pem(String name, String as) throws Exception {
    var store = load();
    Path chain = folder.resolve(as + ".pem");
    Path key = folder.resolve(as + ".key");
    var text = new StringBuilder();
    for (var one : store.getCertificateChain(name)) {
      text.append(block("CERTIFICATE", one.getEncoded()));
    }
    Files.writeString(chain, text);
    var secret = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
    Files.writeString(key, block("PRIVATE KEY", secret));
    return new Tls.Identity.Pem(chain, key);
  }

  private static String block(String kind, byte[] bytes) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
