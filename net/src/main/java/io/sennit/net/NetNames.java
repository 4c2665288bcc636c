package io.sennit.net;

import io.netty.util.NetUtil;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses and services, asked off the caller's loop and within 5 s. A literal asks nobody. */
final class NetNames implements Names {
  static final Duration LIMIT = Duration.ofSeconds(5);

  private final NetTransport net;
  private final NetLoop quiet;
  private final Dns dns;
  private final Lookups lookups;

  NetNames(NetTransport net, NetLoop quiet, Dns dns, Pool hosts, Pool resolvers) {
    this.net = net;
    this.quiet = quiet;
    this.dns = dns;
    this.lookups = new Lookups(quiet, dns, hosts, resolvers);
  }

  static InetSocketAddress socket(Endpoint place) {
    return new InetSocketAddress(HostsFile.address(place.ip()), place.port());
  }

  static Endpoint endpoint(InetSocketAddress place) {
    return Endpoint.of(place.getAddress().getAddress(), place.getPort());
  }

  @Override
  public void resolve(Loop loop, String name, boolean service, Done<List<Endpoint>> done) {
    var own = net.own(loop);
    own.execute(() -> start(own, name, service, done));
  }

  private void start(NetLoop loop, String name, boolean service, Done<List<Endpoint>> done) {
    var over = loop.over();
    if (over != null) {
      done.failed(over);
      return;
    }
    var once = new Once(loop, name, done);
    if (service) {
      var back = back(loop, once);
      quiet.execute(() -> dns.services(name, this, back));
      return;
    }
    try {
      var address = Address.parse(name);
      byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
      if (literal != null) {
        once.ok(List.of(Endpoint.of(literal, address.port())));
      } else {
        var back = back(loop, once);
        quiet.execute(() -> addresses(address, back));
      }
    } catch (SennitException e) {
      once.failed(e);
    }
  }

  /** On the quiet loop, where the answer comes too. */
  void addresses(Address address, Done<List<Endpoint>> done) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
    if (literal != null) {
      done.ok(List.of(Endpoint.of(literal, address.port())));
      return;
    }
    lookups.find(
        address.host(),
        Done.of(
            found ->
                done.ok(
                    found.stream()
                        .map(ip -> Endpoint.of(ip.getAddress(), address.port()))
                        .toList()),
            done::failed));
  }

  /** The same answer, on the asking loop. */
  private static <T> Done<T> back(NetLoop loop, Done<T> done) {
    return Done.of(
        value -> loop.execute(() -> done.ok(value)), why -> loop.execute(() -> done.failed(why)));
  }

  static DisconnectedException unknown(String name, @Nullable Throwable cause) {
    return new DisconnectedException(
        "the name " + name + " is not known here",
        Reasons.dialing(name, Duration.ZERO).withAdvice("Check the name and the resolver."),
        cause);
  }

  /** The first answer counts; silence is one after the limit, and so is the end of the loop. */
  private static final class Once implements Done<List<Endpoint>>, NetLoop.Ends {
    private final NetLoop loop;
    private final Done<List<Endpoint>> done;
    private final Loop.Timer limit;
    private boolean answered;

    Once(NetLoop loop, String name, Done<List<Endpoint>> done) {
      this.loop = loop;
      this.done = done;
      limit = loop.timer(() -> failed(Lookups.late(name)));
      limit.arm(LIMIT.toNanos());
      loop.lives(this);
    }

    private boolean first() {
      limit.cancel();
      loop.ended(this);
      boolean first = !answered;
      answered = true;
      return first;
    }

    @Override
    public void ok(List<Endpoint> places) {
      if (first()) {
        done.ok(places);
      }
    }

    @Override
    public void failed(SennitException why) {
      if (first()) {
        done.failed(why);
      }
    }

    @Override
    public void end(SennitException why) {
      failed(why);
    }
  }
}
