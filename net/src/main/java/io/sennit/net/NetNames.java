package io.sennit.net;

import io.netty.util.NetUtil;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses by the system's own resolver, services by DNS; both off the loops and within 5 s. A
 * literal asks nobody.
 */
final class NetNames implements Names {
  static final Duration LIMIT = Duration.ofSeconds(5);

  private final NetTransport net;
  private final Work work;
  private final Services services;

  NetNames(NetTransport net, Work work, Services services) {
    this.net = net;
    this.work = work;
    this.services = services;
  }

  static InetSocketAddress socket(Endpoint place) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(place.ip()), place.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  static Endpoint endpoint(InetSocketAddress place) {
    return Endpoint.of(place.getAddress().getAddress(), place.getPort());
  }

  @Override
  public void resolve(Loop loop, String name, boolean service, Done<List<Endpoint>> done) {
    var own = net.own(loop);
    own.soon(() -> start(own, name, service, done));
  }

  private void start(NetLoop loop, String name, boolean service, Done<List<Endpoint>> done) {
    var once = new Once(loop, name, done);
    if (service) {
      services.find(loop, name, this, once);
      return;
    }
    try {
      addresses(loop, Address.parse(name), once);
    } catch (SennitException e) {
      once.failed(e);
    }
  }

  /** Literals at once, names on a thread that may wait. */
  void addresses(NetLoop loop, Address address, Done<List<Endpoint>> done) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
    if (literal != null) {
      done.ok(List.of(Endpoint.of(literal, address.port())));
      return;
    }
    work.start(() -> lookUp(address), loop, done);
  }

  private static List<Endpoint> lookUp(Address address) {
    try {
      var places = new ArrayList<Endpoint>();
      for (var ip : InetAddress.getAllByName(address.host())) {
        places.add(Endpoint.of(ip.getAddress(), address.port()));
      }
      return places;
    } catch (UnknownHostException e) {
      throw unknown(address.toString(), e);
    }
  }

  static DisconnectedException unknown(String name, @Nullable Throwable cause) {
    return new DisconnectedException(
        "the name " + name + " is not known here",
        Reasons.dialing(name, Duration.ZERO).withAdvice("Check the name and the resolver."),
        cause);
  }

  /** The first answer counts, and silence is one after the limit. */
  private static final class Once implements Done<List<Endpoint>> {
    private final Done<List<Endpoint>> done;
    private final Loop.Timer limit;
    private boolean answered;

    Once(NetLoop loop, String name, Done<List<Endpoint>> done) {
      this.done = done;
      limit =
          loop.timer(
              () ->
                  failed(
                      new DisconnectedException(
                          "looking up " + name + " took over " + LIMIT.toSeconds() + " s",
                          Reasons.dialing(name, LIMIT))));
      limit.arm(LIMIT.toNanos());
    }

    private boolean first() {
      limit.cancel();
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
  }
}
