package io.sennit.net;

import io.sennit.core.DisconnectedException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop.Timer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The names that are being looked up: in the hosts file, then by DNS, then by the system's own
 * resolver. Equal ones share an answer. Waiting for a name server takes no thread, so that a slow
 * one holds up nobody else; when too many lookups are under way, the oldest gives way. All state is
 * the quiet loop's.
 */
final class Lookups {
  /** Different names that are looked up at the same time. */
  static final int MOST = 512;

  private final NetLoop quiet;
  private final Dns dns;
  private final Pool hosts;
  private final Pool resolvers;
  private final Map<String, Flight> flights = new LinkedHashMap<>();

  Lookups(NetLoop quiet, Dns dns, Pool hosts, Pool resolvers) {
    this.quiet = quiet;
    this.dns = dns;
    this.hosts = hosts;
    this.resolvers = resolvers;
  }

  /** Looks a name up; on the quiet loop, where the answer comes too. */
  void find(String host, Done<List<InetAddress>> done) {
    var over = quiet.over();
    if (over != null) {
      done.failed(over);
      return;
    }
    String key = host.toLowerCase(Locale.ROOT);
    var flight = flights.get(key);
    if (flight != null) {
      flight.waiting.add(done);
      return;
    }
    if (flights.size() >= MOST) {
      var oldest = flights.values().iterator().next();
      oldest.failed(
          new RejectedException(
              "too many names are being looked up, and " + oldest.host + " for the longest time",
              Reasons.dialing(oldest.host, NetNames.LIMIT)));
    }
    flight = new Flight(host, key);
    flight.waiting.add(done);
    flights.put(key, flight);
    flight.begin();
  }

  /** One name on its way, and all who want it. */
  private final class Flight implements NetLoop.Ends, Done<List<InetAddress>> {
    final String host;
    final List<Done<List<InetAddress>>> waiting = new ArrayList<>();
    private final String key;
    private final Timer limit;

    Flight(String host, String key) {
      this.host = host;
      this.key = key;
      this.limit = quiet.timer(() -> failed(late(host)));
    }

    void begin() {
      quiet.lives(this);
      limit.arm(NetNames.LIMIT.toNanos());
      hosts.start(() -> inHosts(host), quiet, Done.of(this::foundInHosts, this::failed));
    }

    private void foundInHosts(List<InetAddress> found) {
      if (!found.isEmpty()) {
        ok(found);
      } else if (dns.isThere()) {
        dns.addresses(host, this);
      } else {
        askTheSystem(NetNames.unknown(host, null));
      }
    }

    @Override
    public void ok(List<InetAddress> found) {
      if (found.isEmpty()) { // said by DNS: there is no such name
        askTheSystem(NetNames.unknown(host, null));
      } else {
        leave().forEach(done -> done.ok(found));
      }
    }

    private void askTheSystem(SennitException unknown) {
      if (!dns.asksTheSystem()) {
        failed(unknown);
        return;
      }
      resolvers.start(
          () -> inSystem(host),
          quiet,
          Done.of(found -> leave().forEach(done -> done.ok(found)), this::failed));
    }

    @Override
    public void failed(SennitException why) {
      leave().forEach(done -> done.failed(why));
    }

    @Override
    public void end(SennitException why) {
      failed(why);
    }

    /** Those who are to be told; nobody if they were. */
    private List<Done<List<InetAddress>>> leave() {
      limit.cancel();
      quiet.ended(this);
      flights.remove(key, this);
      var all = List.copyOf(waiting);
      waiting.clear();
      return all;
    }
  }

  static DisconnectedException late(String name) {
    return new DisconnectedException(
        "looking up " + name + " took over " + NetNames.LIMIT.toSeconds() + " s",
        Reasons.dialing(name, NetNames.LIMIT));
  }

  private List<InetAddress> inHosts(String host) {
    try {
      var found = HostsFile.find(dns.hosts(), host);
      return found.isEmpty() && isLocal(host)
          ? List.of(HostsFile.address(new byte[] {127, 0, 0, 1}), InetAddress.ofLiteral("::1"))
          : found;
    } catch (IOException e) {
      throw new DisconnectedException(
          "the name " + host + " cannot be looked up: " + dns.hosts() + ": " + Reasons.words(e),
          Reasons.dialing(host, Duration.ZERO).withAdvice(Reasons.moreFiles(e).advice()),
          e);
    }
  }

  private static boolean isLocal(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.endsWith(".localhost");
  }

  private static List<InetAddress> inSystem(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw NetNames.unknown(host, e);
    }
  }
}
