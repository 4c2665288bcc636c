package io.sennit.net;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who is asked for names, in this order.
 *
 * @param hosts a file of addresses and names, read anew for each lookup
 * @param dns name servers; empty: none is configured, or none is wanted
 * @param system whether the system's own resolver is asked for what the others do not know: it may
 *     know more (mDNS, LDAP), and remembers its answers for a while
 */
record NameServers(Path hosts, Optional<DnsServerAddressStreamProvider> dns, boolean system) {
  /** The property by which the JDK is told of a hosts file that holds all names there are. */
  private static final String ONLY_HOSTS = "jdk.net.hosts.file";

  private static final Path HOSTS = Path.of("/etc/hosts");
  private static final Path SERVERS = Path.of("/etc/resolv.conf");

  /** As the machine is configured; a hosts file given to the JDK is all that is asked, as there. */
  static NameServers ofTheSystem() {
    var only = System.getProperty(ONLY_HOSTS);
    return only == null
        ? new NameServers(HOSTS, configured(), true)
        : new NameServers(Path.of(only), Optional.empty(), false);
  }

  /** These name servers and nobody else. */
  static NameServers of(DnsServerAddressStreamProvider servers) {
    return new NameServers(HOSTS, Optional.of(servers), false);
  }

  /** Without a configured one the library would ask servers of its own choice. */
  private static Optional<DnsServerAddressStreamProvider> configured() {
    try (var lines = Files.lines(SERVERS, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.strip().startsWith("nameserver"))
          ? Optional.of(DnsServerAddressStreamProviders.platformDefault())
          : Optional.empty();
    } catch (IOException | java.io.UncheckedIOException _) {
      return Optional.empty(); // another kind of system: its own resolver knows
    }
  }
}
