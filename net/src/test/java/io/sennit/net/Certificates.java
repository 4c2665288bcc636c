package io.sennit.net;

import io.sennit.core.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority of one test, made with the JDK's own keytool. */
final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  /** The authority's certificate. */
  final Path ca;

  Certificates(Path folder) throws Exception {
    this.folder = folder;
    keytool(
        List.of(
            "-genkeypair",
            "-alias",
            "ca",
            "-dname",
            "CN=Test Authority",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-validity",
            "2",
            "-ext",
            "bc:c=ca:true",
            "-ext",
            "ku:c=keyCertSign",
            "-keystore",
            folder.resolve("ca.p12").toString()));
    ca = folder.resolve("ca.pem");
    exportCertificate("ca", "ca.p12", ca);
  }

  /** A pair signed by the authority; {@code names} as keytool's SAN, for example {@code dns:a}. */
  Tls.Identity.Pem pair(String name, String names) throws Exception {
    pkcs12(name, names);
    return pem(name, name);
  }

  /** The same pair as one file. */
  Tls.Identity.Pkcs12 pkcs12(String name, String names) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Files.deleteIfExists(store);
    Path request = folder.resolve(name + ".csr");
    Path signed = folder.resolve(name + ".crt");
    keytool(
        List.of(
            "-genkeypair",
            "-alias",
            name,
            "-dname",
            "CN=" + name,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-validity",
            "2",
            "-keystore",
            store.toString()));
    keytool(
        List.of(
            "-certreq",
            "-alias",
            name,
            "-file",
            request.toString(),
            "-keystore",
            store.toString()));
    keytool(
        List.of(
            "-gencert",
            "-alias",
            "ca",
            "-infile",
            request.toString(),
            "-outfile",
            signed.toString(),
            "-rfc",
            "-validity",
            "2",
            "-ext",
            "san=" + names,
            "-keystore",
            folder.resolve("ca.p12").toString()));
    keytool(
        List.of(
            "-importcert",
            "-noprompt",
            "-alias",
            "ca",
            "-file",
            ca.toString(),
            "-keystore",
            store.toString()));
    keytool(
        List.of(
            "-importcert",
            "-noprompt",
            "-alias",
            name,
            "-file",
            signed.toString(),
            "-keystore",
            store.toString()));
    return new Tls.Identity.Pkcs12(store, PASSWORD);
  }

  /** Writes the pair {@code name} as PEM files called {@code as}. */
  Tls.Identity.Pem pem(String name, String as) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
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

  private static void exportCertificate(String alias, String store, Path to) throws Exception {
    keytool(
        List.of(
            "-exportcert",
            "-rfc",
            "-alias",
            alias,
            "-file",
            to.toString(),
            "-keystore",
            to.resolveSibling(store).toString()));
  }

  private static void keytool(List<String> arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }
}
