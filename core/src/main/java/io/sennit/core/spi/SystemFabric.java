package io.sennit.core.spi;

import io.sennit.core.ConfigException;
import io.sennit.core.spi.TransportProvider.Transport;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The real machine, put together from the providers on the class or module path. */
final class SystemFabric implements Fabric {
  private final SystemOptions options;
  private final Transport transport;
  private final Set<AutoCloseable> opened = ConcurrentHashMap.newKeySet();

  SystemFabric(SystemOptions options) {
    this.options = options;
    this.transport = find(TransportProvider.class, "sennit-net").open(options);
  }

  @Override
  public Loop loop() {
    return transport.loop();
  }

  @Override
  public Loop quietLoop() {
    return transport.quietLoop();
  }

  @Override
  public Links links() {
    return transport.links();
  }

  @Override
  public Datagrams datagrams() {
    return transport.datagrams();
  }

  @Override
  public Names names() {
    return transport.names();
  }

  @Override
  public Runner runner() {
    return transport.runner();
  }

  @Override
  public void store(Loop owner, String name, Done<Store> done) {
    find(StoreProvider.class, "sennit-store")
        .open(
            owner,
            data(),
            name,
            Done.of(
                store -> {
                  opened.add(store);
                  store.onFailure(why -> options.listener().storeFailed(name, why));
                  done.ok(store);
                },
                done::failed));
  }

  @Override
  public Campaign campaign(Loop owner, String role, String me, Leadership leadership) {
    var campaign =
        find(LeadershipProvider.class, "sennit-store")
            .campaign(owner, data(), role, me, leadership);
    opened.add(campaign);
    return campaign;
  }

  @Override
  public void close() {
    for (var one : opened) {
      try {
        one.close();
      } catch (Exception e) {
        System.getLogger(SystemFabric.class.getName())
            .log(System.Logger.Level.WARNING, "closing " + one, e);
      }
    }
    opened.clear();
    transport.close();
  }

  private Path data() {
    return options
        .data()
        .orElseThrow(() -> new ConfigException("data", "none", "a folder that may be written to"));
  }

  private static <P> P find(Class<P> type, String artifact) {
    Optional<P> found = ServiceLoader.load(type, type.getClassLoader()).findFirst();
    return found.orElseThrow(
        () ->
            new ConfigException(
                "class path", "without " + artifact, "add io.sennit:" + artifact + " to it"));
  }
}
