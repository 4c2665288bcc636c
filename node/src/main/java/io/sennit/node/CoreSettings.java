package io.sennit.node;

import io.sennit.node.Setting.Kind;
import java.time.Duration;
import java.util.List;

/** The keys of the node itself, which no strand owns. docs/configuration/node.md. */
final class CoreSettings {
  static final Setting CLUSTER =
      Setting.of("cluster", Kind.NAME, "sennit", "The cluster's name, for logs and tools.");
  static final Setting NAME =
      Setting.of(
          "name", Kind.NAME, "", "This node's name, for people; its host:port unless given.");
  static final Setting LISTEN =
      Setting.of(
          "listen",
          Kind.ADDRESS,
          "127.0.0.1:0",
          "Where it listens; port 0 takes a free one. Beyond loopback it needs a cluster key.");
  static final Setting HOST =
      Setting.of(
          "host",
          Kind.HOST,
          "",
          "This node as its peers spell it, where that differs from where it listens.");
  static final Setting PEERS =
      Setting.of(
          "peers", Kind.HOSTS, "", "The other nodes of the cluster; more may be added later.");
  static final Setting KEY =
      Setting.of(
          "cluster-key",
          Kind.KEY,
          "",
          "The cluster's one secret, from which all tokens are derived; without it a node"
              + " listens on loopback only.");
  static final Setting DATA =
      Setting.of(
          "data",
          Kind.FOLDER,
          "",
          "Where it keeps what outlives the process: its store, and which life of it this is. One"
              + " process has it at a time. Without it nothing is kept.");
  static final Setting DRAIN =
      Setting.time(
          "drain",
          "10 s",
          Duration.ofMillis(1),
          Duration.ofHours(1),
          "How long a signal lets it finish what it has begun before it ends; a second signal"
              + " ends it at once.");
  static final Setting RUN_DIR =
      Setting.of(
          "run-dir",
          Kind.FOLDER,
          "",
          "Where this process is recorded for commands; unless given, sennit under"
              + " XDG_RUNTIME_DIR, else sennit-USER in the folder for temporary files.");
  static final Setting CERTIFICATE =
      Setting.of("tls.certificate", Kind.FILE, "", "Its certificate and chain, PEM.");
  static final Setting CERTIFICATE_KEY =
      Setting.of(
          "tls.key", Kind.FILE, "", "The certificate's private key, PEM, PKCS#8, unencrypted.");
  static final Setting PKCS12 =
      Setting.of("tls.pkcs12", Kind.FILE, "", "Certificate and key in one PKCS#12 file instead.");
  static final Setting PASSWORD =
      Setting.of("tls.password", Kind.SECRET, "", "The password of the PKCS#12 file.");
  static final Setting TRUST =
      Setting.of("tls.trust", Kind.FILE, "", "The CA certificates that peers' must chain to, PEM.");
  static final Setting MUTUAL =
      Setting.of("tls.mutual", Kind.FLAG, "false", "Whether peers must present a certificate.");

  /** In the order in which they are explained. */
  static final List<Setting> ALL =
      List.of(
          CLUSTER,
          NAME,
          LISTEN,
          HOST,
          PEERS,
          KEY,
          DATA,
          DRAIN,
          RUN_DIR,
          CERTIFICATE,
          CERTIFICATE_KEY,
          PKCS12,
          PASSWORD,
          TRUST,
          MUTUAL);

  private CoreSettings() {}
}
