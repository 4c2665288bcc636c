package io.sennit.core.spi;

import java.util.List;

/** Looks names up. */
public interface Names {
  /**
   * Resolves a name anew: nothing is remembered from one lookup to the next. Equal names that are
   * asked for while a lookup is under way share its answer. Many lookups may be under way; one that
   * is slow holds up no other, and when too many are, the oldest gives way with a named error.
   *
   * @param name {@code host:port} for A and AAAA records, or a service name for SRV records
   * @param service whether {@code name} is a service
   * @param done gets at least one endpoint, or a {@link io.sennit.core.DisconnectedException}; on
   *     {@code loop}, within 5 s
   */
  void resolve(Loop loop, String name, boolean service, Done<List<Endpoint>> done);
}
