package io.sennit.core.spi;

import io.sennit.core.Address;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The other end of a link.
 *
 * @param address where the bytes come from or go to
 * @param name the name proven by its certificate (first DNS name, else common name), under mutual
 *     TLS
 * @param chain its certificates, leaf first; empty without
 * @param alpn the application protocol agreed on, if any
 */
public record Peer(
    Address address, Optional<String> name, List<X509Certificate> chain, Optional<String> alpn) {

  /** Someone of whom only the address is known. */
  public static Peer at(Address address) {
    return new Peer(address, Optional.empty(), List.of(), Optional.empty());
  }
}
