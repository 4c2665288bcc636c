package io.sennit.session;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.spi.Membership;
import io.sennit.core.spi.Membership.Member;
import io.sennit.core.spi.Membership.Presence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Who takes part: an ordered set of addresses that does not change, with what their members said of
 * themselves. Any thread. Seed: {@code mino.Players}.
 *
 * <pre>{@code
 * Players voters = Players.of(node.membership()).tagged("type", "game").random(300);
 * }</pre>
 */
public final class Players implements Iterable<Address> {
  private final LinkedHashMap<Address, Map<String, String>> tags;
  private final List<Address> addresses;

  private Players(LinkedHashMap<Address, Map<String, String>> tags) {
    this.tags = tags;
    this.addresses = List.copyOf(tags.keySet());
  }

  /** These, in this order; one that comes twice counts once. */
  public static Players of(Address... addresses) {
    return of(Arrays.asList(addresses));
  }

  /** These, in this order; one that comes twice counts once. */
  public static Players of(Collection<Address> addresses) {
    var tags = new LinkedHashMap<Address, Map<String, String>>();
    addresses.forEach(address -> tags.putIfAbsent(address, Map.of()));
    return new Players(tags);
  }

  /**
   * All members of the present view but those that are leaving, in the order of their addresses.
   */
  public static Players of(Membership membership) {
    var tags = new LinkedHashMap<Address, Map<String, String>>();
    for (Member member : membership.view().members()) {
      if (member.presence() != Presence.LEAVING) {
        tags.put(member.address(), member.tags());
      }
    }
    return new Players(tags);
  }

  /**
   * Those that the steps choose, beginning with nobody. Seed: {@code Take}.
   *
   * @throws ConfigException if a step chooses an index that there is not
   */
  public Players take(PlayerFilter... steps) {
    List<Integer> chosen = List.of();
    for (var step : steps) {
      chosen = step.apply(chosen);
    }
    var kept = new LinkedHashMap<Address, Map<String, String>>();
    for (int index : chosen) {
      if (index < 0 || index >= addresses.size()) {
        throw new ConfigException(
            "players.index", String.valueOf(index), "below " + addresses.size());
      }
      keep(kept, addresses.get(index));
    }
    return new Players(kept);
  }

  private void keep(LinkedHashMap<Address, Map<String, String>> kept, Address address) {
    kept.put(address, tags.getOrDefault(address, Map.of()));
  }

  /** Those whose member says this of itself. */
  public Players tagged(String tag, String value) {
    var kept = new LinkedHashMap<Address, Map<String, String>>();
    tags.forEach(
        (address, says) -> {
          if (value.equals(says.get(tag))) {
            kept.put(address, says);
          }
        });
    return new Players(kept);
  }

  /** Those of a type: what their tag {@code type} says. */
  public Players type(String type) {
    return tagged("type", type);
  }

  /** So many of them at most, drawn at random, in random order. */
  public Players random(int most) {
    return random(most, RandomGenerator.getDefault());
  }

  /** So many of them at most, drawn at random, in random order. */
  public Players random(int most, RandomGenerator random) {
    return take(PlayerFilter.range(0, size()), PlayerFilter.random(most, random));
  }

  /** All but one. */
  public Players without(Address address) {
    var kept = new ArrayList<>(addresses);
    kept.remove(address);
    var rest = new LinkedHashMap<Address, Map<String, String>>();
    kept.forEach(one -> keep(rest, one));
    return new Players(rest);
  }

  /** In order. */
  public List<Address> addresses() {
    return addresses;
  }

  /** Whether one is among them. */
  public boolean contains(Address address) {
    return tags.containsKey(address);
  }

  /** How many. Seed: {@code Len}. */
  public int size() {
    return addresses.size();
  }

  /** Seed: {@code AddressIterator}. */
  @Override
  public PlayerIterator iterator() {
    return new PlayerIterator(addresses);
  }

  @Override
  public String toString() {
    return addresses.toString();
  }
}
