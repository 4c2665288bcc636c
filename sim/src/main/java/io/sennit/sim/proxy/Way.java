package io.sennit.sim.proxy;

import io.sennit.core.Address;

/**
 * The proxies on the way from one process to another; addresses are numeric.
 *
 * @param links where to dial instead of the other's address: a {@link TcpProxy}
 * @param packets where to send packets instead of to the other's address: a {@link UdpProxy}
 *     between the two
 * @param packetsBack from where the other's packets come: that proxy, or another one between the
 *     two, if each direction has its own
 */
public record Way(Address links, Address packets, Address packetsBack) {}
