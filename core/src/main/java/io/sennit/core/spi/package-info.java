/**
 * What an engine is given: loops, links, datagrams, names, storage, leadership, membership.
 * Exported to Sennit's own modules; applications meet only {@link io.sennit.core.spi.Fabric}. The
 * contract is written down in {@code docs/spi.md} and held by the contract tests in {@code
 * testkit}.
 */
package io.sennit.core.spi;
