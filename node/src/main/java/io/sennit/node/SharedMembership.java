package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Membership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The membership all strands of a node have: the fixed one of the configured peers until a strand
 * provides a better. Versions grow over the change, and whoever listens is told the new view.
 */
final class SharedMembership implements Membership {
  private final List<Listener> listeners = new ArrayList<>(); // guarded by this
  private volatile Source source;

  /** Where views come from, since which version. */
  private record Source(Membership from, String by, long offset) {
    View view(View own) {
      return new View(own.version() + offset, own.members());
    }
  }

  /** Of the node itself and of its peers, as they were configured. */
  SharedMembership(Address self, Incarnation life, List<String> peers) {
    Map<Address, Member> members = new LinkedHashMap<>();
    members.put(self, Member.alive(self, life));
    for (var peer : peers) {
      var at = HostNames.address(peer);
      members.putIfAbsent(at, Member.listed(at));
    }
    source = new Source(Membership.fixed(List.copyOf(members.values())), "", 0);
  }

  @Override
  public View view() {
    var now = source;
    return now.view(now.from().view());
  }

  @Override
  public synchronized Watch listen(Loop loop, Consumer<View> changed) {
    var listener = new Listener(loop, changed);
    listeners.add(listener);
    listener.follow(source);
    return () -> leave(listener);
  }

  private synchronized void leave(Listener listener) {
    listeners.remove(listener);
    listener.close();
  }

  /**
   * Takes another source.
   *
   * @throws ConfigException if there is one already
   */
  synchronized void provide(String strand, Membership membership) {
    if (!source.by().isEmpty()) {
      throw new ConfigException(
          "membership", source.by() + " and " + strand, "one strand that provides it");
    }
    source = new Source(membership, strand, view().version());
    listeners.forEach(listener -> listener.follow(source));
  }

  /** One who is told; what an earlier source still says is dropped. */
  private static final class Listener {
    private final Loop loop;
    private final Consumer<View> changed;
    private volatile Source current = new Source(Membership.fixed(List.of()), "", 0);
    private Watch watch = () -> {};
    private volatile boolean closed;

    Listener(Loop loop, Consumer<View> changed) {
      this.loop = loop;
      this.changed = changed;
    }

    void follow(Source next) {
      watch.close();
      current = next;
      watch =
          next.from()
              .listen(
                  loop,
                  view -> {
                    if (!closed && current.equals(next)) {
                      changed.accept(next.view(view));
                    }
                  });
    }

    void close() {
      closed = true;
      watch.close();
    }
  }
}
