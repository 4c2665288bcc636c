package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.util.ReferenceCountUtil;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SRV records, asked of the system's name servers on the quiet loop; then each target's address.
 */
final class Services {
  private final NetLoop quiet;
  private final Io io;
  private final @Nullable DnsServerAddressStreamProvider servers;
  private @Nullable DnsNameResolver resolver;

  private record Service(int priority, int weight, Address target) {}

  /**
   * Made once, asks when asked.
   *
   * @param servers who is asked; null: those of the system
   */
  Services(NetLoop quiet, Io io, @Nullable DnsServerAddressStreamProvider servers) {
    this.quiet = quiet;
    this.io = io;
    this.servers = servers;
  }

  void find(NetLoop loop, String name, NetNames names, Done<List<Endpoint>> done) {
    quiet.soon(
        () -> {
          try {
            ask(loop, name, names, done);
          } catch (RuntimeException e) {
            var why = new ConfigException("service", name, "a DNS name with SRV records; " + e);
            loop.soon(() -> done.failed(why));
          }
        });
  }

  private void ask(NetLoop loop, String name, NetNames names, Done<List<Endpoint>> done) {
    resolver()
        .resolveAll(new DefaultDnsQuestion(name, DnsRecordType.SRV))
        .addListener(
            answer -> {
              if (!answer.isSuccess()) {
                loop.soon(() -> done.failed(NetNames.unknown(name, answer.cause())));
                return;
              }
              @SuppressWarnings("unchecked")
              var records = (List<DnsRecord>) answer.getNow();
              var found = read(records);
              loop.soon(
                  () -> {
                    if (found.isEmpty()) {
                      done.failed(NetNames.unknown(name, null));
                    } else {
                      new Targets(loop, names, found, done).next();
                    }
                  });
            });
  }

  private DnsNameResolver resolver() {
    var made = resolver;
    if (made == null) {
      made =
          new DnsNameResolverBuilder(quiet.events())
              .datagramChannelFactory(io::datagrams)
              .nameServerProvider(
                  servers == null ? DnsServerAddressStreamProviders.platformDefault() : servers)
              .resolveCache(NoopDnsCache.INSTANCE)
              .queryTimeoutMillis(NetNames.LIMIT.toMillis() / 2)
              .maxQueriesPerResolve(4)
              .build();
      resolver = made;
    }
    return made;
  }

  /** Lowest priority first, then greatest weight. */
  private static List<Service> read(List<DnsRecord> records) {
    var found = new ArrayList<Service>();
    for (var record : records) {
      try {
        if (record instanceof DnsRawRecord raw && record.type().equals(DnsRecordType.SRV)) {
          ByteBuf in = ((ByteBufHolder) raw).content();
          int priority = in.readUnsignedShort();
          int weight = in.readUnsignedShort();
          int port = in.readUnsignedShort();
          String target = DefaultDnsRecordDecoder.decodeName(in);
          if (target.length() > 1) {
            found.add(
                new Service(
                    priority, weight, Address.of(target.substring(0, target.length() - 1), port)));
          }
        }
      } finally {
        ReferenceCountUtil.release(record);
      }
    }
    found.sort(
        Comparator.comparingInt(Service::priority)
            .thenComparing(Comparator.comparingInt(Service::weight).reversed()));
    return found;
  }

  /** On the quiet loop, before it ends. */
  void close() {
    if (resolver != null) {
      resolver.close();
    }
  }

  /** The addresses of each target in turn; a target that has none is passed over. */
  private static final class Targets implements Done<List<Endpoint>> {
    private final NetLoop loop;
    private final NetNames names;
    private final List<Service> services;
    private final Done<List<Endpoint>> done;
    private final List<Endpoint> places = new ArrayList<>();
    private int asked;

    Targets(NetLoop loop, NetNames names, List<Service> services, Done<List<Endpoint>> done) {
      this.loop = loop;
      this.names = names;
      this.services = services;
      this.done = done;
    }

    void next() {
      names.addresses(loop, services.get(asked++).target(), this);
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
