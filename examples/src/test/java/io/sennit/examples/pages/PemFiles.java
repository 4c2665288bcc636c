package io.sennit.examples.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority and one pair it signed for 127.0.0.1, made with the JDK's keytool. */
final class PemFiles {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  PemFiles(Path folder) throws Exception {
    this.folder = folder;
    keytool("ca", "bc:c=ca:true");
    keytool("node", "san=ip:127.0.0.1", "-signer", "ca");
    var store = KeyStore.getInstance("PKCS12");
    char[] password = PASSWORD.toCharArray();
    try (var in = Files.newInputStream(folder.resolve("all.p12"))) {
      store.load(in, password);
    }
    var pem = new StringBuilder();
    for (var certificate : store.getCertificateChain("node")) {
      pem.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    Files.writeString(chain(), pem);
    Files.writeString(key(), pem("PRIVATE KEY", store.getKey("node", password).getEncoded()));
    Files.writeString(ca(), pem("CERTIFICATE", store.getCertificate("ca").getEncoded()));
  }

  Path chain() {
    return folder.resolve("node.pem");
  }

  Path key() {
    return folder.resolve("node.key");
  }

  Path ca() {
    return folder.resolve("ca.pem");
  }

  private void keytool(String name, String extension, String... more) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
    command.addAll(List.of("-keystore", folder.resolve("all.p12").toString()));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-ext", extension));
    command.addAll(List.of(more));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  private static String pem(String kind, byte[] bytes) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, text, kind);
  }
}
