package io.sennit.grid;

import io.sennit.core.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** One certificate for all nodes on loopback, made by the JDK's keytool. */
public final class Pki {
  private static final String PASSWORD = "changeit";

  private Pki() {}

  /** Mutual TLS in which the certificate is its own authority. */
  public static Tls mutual(Path folder) throws Exception {
    var store = folder.resolve("one.p12");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-J-XX:TieredStopAtLevel=1",
            "-genkeypair",
            "-alias",
            "one",
            "-dname",
            "CN=loopback",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-validity",
            "2",
            "-ext",
            "san=ip:127.0.0.1,dns:localhost",
            "-ext",
            "bc:c=ca:true",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD,
            "-storetype",
            "PKCS12");
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    var chain = folder.resolve("chain.pem");
    var key = folder.resolve("key.pem");
    Files.writeString(chain, block("CERTIFICATE", keys.getCertificate("one").getEncoded()));
    Files.writeString(
        key, block("PRIVATE KEY", keys.getKey("one", PASSWORD.toCharArray()).getEncoded()));
    return Tls.mutual(chain, key, chain);
  }

  /** The same pair for a listener whose dialers stay anonymous. */
  public static Tls server(Path folder) throws Exception {
    mutual(folder);
    return Tls.server(folder.resolve("chain.pem"), folder.resolve("key.pem"));
  }

  private static String block(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
