package io.sennit.core.spi;

import java.util.List;

/** Looks names up. */
public interface Names {
  /**
   * Resolves a name anew.
   *
   * @param name {@code host:port} for A and AAAA records, or a service name for SRV records
   * @param service whether {@code name} is a service
   * @param done gets at least one endpoint, or a {@link io.sennit.core.DisconnectedException}; on
   *     {@code loop}, within 5 s
   */
  void resolve(Loop loop, String name, boolean service, Done<List<Endpoint>> done);
}
