package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks name servers, on the quiet loop: for addresses, and for SRV records and then each target's
 * address. Remembers nothing. Each lookup has a socket of its own, so that one without a descriptor
 * fails alone and no answer can be guessed for all.
 */
final class Dns implements NetLoop.Ends {
  private static final Logger LOG = System.getLogger("io.sennit.net.names");

  private static final int ROUNDS = 3;

  /** All rounds, and a little to spare. */
  private static final long QUERY_MILLIS = NetNames.LIMIT.toMillis() * 9 / 10 / ROUNDS;

  private final NetLoop quiet;
  private final Io io;
  private final NameServers servers;
  private final Set<DatagramChannel> asking = ConcurrentHashMap.newKeySet();
  private @Nullable DnsNameResolver resolver;

  private record Service(int priority, int weight, Address target) {}

  /** Made once, asks when asked. */
  Dns(NetLoop quiet, Io io, NameServers servers) {
    this.quiet = quiet;
    this.io = io;
    this.servers = servers;
  }

  boolean isThere() {
    return servers.dns().isPresent();
  }

  boolean asksTheSystem() {
    return servers.system();
  }

  Path hosts() {
    return servers.hosts();
  }

  /** The addresses of a name; none if the servers say that there is no such name. */
  void addresses(String host, Done<List<InetAddress>> done) {
    ask(host, () -> resolver().resolveAll(host), List.of(), done, 1);
  }

  /** The addresses of a service's targets. */
  void services(String name, NetNames names, Done<List<Endpoint>> done) {
    var over = quiet.over();
    if (over != null || !isThere()) {
      done.failed(over != null ? over : NetNames.unknown(name, null));
      return;
    }
    ask(
        name,
        () -> resolver().resolveAll(new DefaultDnsQuestion(name, DnsRecordType.SRV)),
        List.<DnsRecord>of(),
        Done.of(
            records -> {
              var found = read(records);
              if (found.isEmpty()) {
                done.failed(NetNames.unknown(name, null));
              } else {
                new Targets(names, found, done).next();
              }
            },
            done::failed),
        1);
  }

  /** A question that nobody answered is asked again: a packet may be lost. */
  private <T> void ask(
      String name,
      Supplier<Future<List<T>>> question,
      List<T> none,
      Done<List<T>> done,
      int round) {
    Future<List<T>> answer;
    try {
      answer = question.get();
    } catch (RuntimeException e) {
      done.failed(notAsked(name, e));
      return;
    }
    answer.addListener(
        _ -> {
          var cause = answer.cause();
          if (cause == null) {
            done.ok(answer.getNow());
          } else if (isSilence(cause)) {
            if (round < ROUNDS && quiet.over() == null) {
              ask(name, question, none, done, round + 1);
            } else {
              done.failed(silent(name, cause));
            }
          } else if (cause instanceof UnknownHostException) {
            done.ok(none);
          } else {
            done.failed(notAsked(name, cause));
          }
        });
  }

  private static boolean isSilence(Throwable thrown) {
    for (Throwable one = thrown; one != null; one = one.getCause()) {
      if (one instanceof DnsNameResolverTimeoutException) {
        return true;
      }
    }
    return false;
  }

  private static SennitException silent(String name, Throwable cause) {
    return new DisconnectedException(
        "no name server answered for " + name,
        Reasons.dialing(name, NetNames.LIMIT).withAdvice("Check the name servers."),
        cause);
  }

  private static SennitException notAsked(String name, Throwable cause) {
    return new DisconnectedException(
        "the name " + name + " cannot be looked up: " + Reasons.words(cause),
        Reasons.dialing(name, Duration.ZERO).withAdvice(Reasons.moreFiles(cause).advice()),
        cause);
  }

  private DnsNameResolver resolver() {
    var made = resolver;
    if (made == null) {
      made =
          new DnsNameResolverBuilder(quiet.events())
              .datagramChannelFactory(this::socket)
              .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
              .socketChannelFactory(io::dialing) // for answers that are too long for a packet
              .nameServerProvider(servers.dns().orElseThrow())
              .hostsFileEntriesResolver((_, _) -> null) // read before, and anew each time
              .resolveCache(NoopDnsCache.INSTANCE)
              .cnameCache(NoopDnsCnameCache.INSTANCE)
              .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
              .queryTimeoutMillis(QUERY_MILLIS)
              .maxQueriesPerResolve(16)
              .build();
      resolver = made;
      quiet.lives(this);
    }
    return made;
  }

  /** One lookup's socket: the resolver closes it with its answer, but not at its own end. */
  private DatagramChannel socket() {
    var made = io.datagrams();
    asking.add(made);
    made.closeFuture().addListener(_ -> asking.remove(made));
    return made;
  }

  @Override
  public void end(SennitException why) {
    quiet.ended(this);
    if (resolver != null) {
      resolver.close();
    }
    asking.forEach(socket -> socket.unsafe().closeForcibly());
  }

  /** Lowest priority first, then greatest weight; a record that makes no sense is passed over. */
  private static List<Service> read(List<DnsRecord> records) {
    var found = new ArrayList<Service>();
    for (var record : records) {
      try {
        if (record instanceof DnsRawRecord raw && record.type().equals(DnsRecordType.SRV)) {
          read(((ByteBufHolder) raw).content(), found);
        }
      } catch (RuntimeException e) {
        LOG.log(Level.DEBUG, "an SRV record makes no sense", e);
      } finally {
        ReferenceCountUtil.release(record);
      }
    }
    found.sort(
        Comparator.comparingInt(Service::priority)
            .thenComparing(Comparator.comparingInt(Service::weight).reversed()));
    return found;
  }

  private static void read(ByteBuf in, List<Service> found) {
    int priority = in.readUnsignedShort();
    int weight = in.readUnsignedShort();
    int port = in.readUnsignedShort();
    String target = DefaultDnsRecordDecoder.decodeName(in);
    if (target.length() > 1) {
      String host = target.substring(0, target.length() - 1);
      found.add(new Service(priority, weight, Address.of(host, port)));
    }
  }

  /** The addresses of each target in turn; a target that has none is passed over. */
  private static final class Targets implements Done<List<Endpoint>> {
    private final NetNames names;
    private final List<Service> services;
    private final Done<List<Endpoint>> done;
    private final List<Endpoint> places = new ArrayList<>();
    private int asked;

    Targets(NetNames names, List<Service> services, Done<List<Endpoint>> done) {
      this.names = names;
      this.services = services;
      this.done = done;
    }

    void next() {
      names.addresses(services.get(asked++).target(), this);
    }

    @Override
    public void ok(List<Endpoint> found) {
      places.addAll(found);
      if (asked < services.size()) {
        next();
      } else {
        done.ok(List.copyOf(places));
      }
    }

    @Override
    public void failed(SennitException why) {
      if (asked < services.size()) {
        next();
      } else if (places.isEmpty()) {
        done.failed(why);
      } else {
        done.ok(List.copyOf(places));
      }
    }
  }
}
