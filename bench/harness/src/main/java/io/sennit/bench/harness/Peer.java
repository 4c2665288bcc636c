package io.sennit.bench.harness;

import java.util.Set;

/**
 * One system under comparison, found by {@link java.util.ServiceLoader} in its own class path. Its
 * server and its client run in two processes; each may be asked for several endpoints, one for each
 * {@link Setup}.
 */
public interface Peer {
  /** The name in reports: {@code sennit}, {@code grpc-java}, {@code raw-netty}… */
  String name();

  /** The kinds of {@link Load#work()} it can carry. */
  Set<String> works();

  /** The callers it can serve: {@code callback}, {@code vthread}, {@code platform}. */
  default Set<String> callers() {
    return Set.of(Load.CALLBACK, Load.VTHREAD, Load.PLATFORM);
  }

  /** The ways it can run handlers: {@code inline}, {@code vthread}, {@code default}… */
  Set<String> handlers();

  /** The transports it has: {@code plain}, {@code tls}. */
  default Set<String> transports() {
    return Set.of(Load.PLAIN);
  }

  /** Starts a server on a free loopback port. */
  PeerServer serve(Setup setup) throws Exception;

  /** Connects one client, with one connection, to a server of the same setup. */
  PeerClient connect(Setup setup, int port) throws Exception;
}
