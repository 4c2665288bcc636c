package io.sennit.core.link;

import io.sennit.core.spi.Endpoint;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The accepted connections of a port that have not opened yet, by where they come from. When there
 * is no room, one gives way: the oldest that has said nothing of the source that has the most. So
 * no source keeps the others out. Of one loop, or of a simulation.
 */
public final class HalfOpen {
  /** Whoever was accepted just now may not have had the time to say anything. */
  public static final long PATIENCE_NANOS = 100_000_000;

  private final Map<Endpoint, LinkedHashSet<Half>> bySource = new LinkedHashMap<>();
  private int count;

  /** A connection that is opening. */
  public interface Half {
    /** Whether any byte of it was read. */
    boolean isSilent();

    /** When it was accepted. */
    long bornNanos();
  }

  /** An IPv4 address; of IPv6 the network, whose owner may take any number of addresses in it. */
  public static Endpoint source(@Nullable InetSocketAddress from) {
    if (from == null || from.getAddress() == null) {
      return new Endpoint(0, 0, 0);
    }
    var ip = Endpoint.of(from.getAddress().getAddress(), 0);
    return ip.ip().length == 4 ? ip : new Endpoint(ip.ipHigh(), 0, 0);
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** How many of one source. */
  public int count(Endpoint source) {
    var of = bySource.get(source);
    return of == null ? 0 : of.size();
  }

  /** One was accepted. */
  public void add(Endpoint source, Half one) {
    if (bySource.computeIfAbsent(source, _ -> new LinkedHashSet<>()).add(one)) {
      count++;
    }
  }

  /** One has opened or ended; harmless for one that is not here. */
  public void remove(Endpoint source, Half one) {
    var of = bySource.get(source);
    if (of != null && of.remove(one)) {
      count--;
      if (of.isEmpty()) {
        bySource.remove(source);
      }
    }
  }

  /**
   * Who makes room for one more from {@code source}.
   *
   * @return null: nobody, since the newcomer's own source has the most and none of it is silent
   */
  public @Nullable Victim victim(Endpoint source, long now) {
    Endpoint fullest = source;
    int most = count(source);
    for (var one : bySource.entrySet()) {
      if (one.getValue().size() > most) {
        most = one.getValue().size();
        fullest = one.getKey();
      }
    }
    var of = bySource.get(fullest);
    if (of == null) {
      return null;
    }
    for (var one : of) {
      if (one.isSilent() && now - one.bornNanos() >= PATIENCE_NANOS) {
        return new Victim(fullest, one);
      }
    }
    return fullest.equals(source) ? null : new Victim(fullest, of.getFirst());
  }

  /** Who gives way. */
  public record Victim(Endpoint source, Half one) {}
}
