package io.sennit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.spi.Membership;
import io.sennit.core.spi.Membership.Member;
import io.sennit.core.spi.Membership.Presence;
import io.sennit.testkit.Row;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Choosing who takes part. */
class PlayersTest {
  private static final Players TEN =
      Players.of(IntStream.range(0, 10).mapToObj(i -> Address.of("h", i)).toList());

  private static List<Integer> ports(Players players) {
    return players.addresses().stream().map(Address::port).toList();
  }

  @Test
  @Row({"SE-players-take", "SE-filter-index", "SE-filter-reject", "SE-filter-range"})
  void stepsAddAndTakeOutInOrder() {
    assertThat(ports(TEN.take(PlayerFilter.index(4), PlayerFilter.index(2)))).containsExactly(2, 4);
    assertThat(ports(TEN.take(PlayerFilter.range(2, 6), PlayerFilter.reject(3))))
        .containsExactly(2, 4, 5);
    assertThat(ports(TEN.take(PlayerFilter.range(2, 4), PlayerFilter.index(3))))
        .containsExactly(2, 3);
  }

  /** (sessions 10.1.11) A choice begins with nobody. */
  @Test
  @Row({"SE-players-take", "SE-10.1.11"})
  void takingOutAloneChoosesNobody() {
    assertThat(TEN.take(PlayerFilter.reject(0)).size()).isZero();
    assertThat(TEN.take(PlayerFilter.random(3, new SplittableRandom(1))).size()).isZero();
    assertThat(TEN.take().size()).isZero();
  }

  @Test
  @Row({"SE-filter-list", "SE-filter-rotate"})
  void listsAndTurns() {
    var list = PlayerFilter.list(7, 1, 3);
    assertThat(ports(TEN.take(PlayerFilter.range(0, 5), list))).containsExactly(7, 1, 3);
    assertThat(ports(TEN.take(list, PlayerFilter.rotate(1)))).containsExactly(1, 3, 7);
    assertThat(ports(TEN.take(list, PlayerFilter.rotate(-1)))).containsExactly(3, 7, 1);
    assertThat(ports(TEN.take(list, PlayerFilter.rotate(4)))).containsExactly(1, 3, 7);
    assertThat(ports(TEN.take(PlayerFilter.rotate(3)))).isEmpty();
  }

  @Test
  @Row("SE-filter-random")
  void drawing() {
    var drawn = ports(TEN.random(4, new SplittableRandom(5)));
    assertThat(drawn).hasSize(4).doesNotHaveDuplicates();
    assertThat(ports(TEN.random(4, new SplittableRandom(5)))).isEqualTo(drawn);
    assertThat(ports(TEN.random(99, new SplittableRandom(5)))).hasSize(10);
    assertThat(TEN.random(2).size()).isEqualTo(2);
    assertThatThrownBy(() -> TEN.random(-1)).isInstanceOf(ConfigException.class);
  }

  @Test
  @Row("SE-players-take")
  void indicesThatThereAreNotAreNamed() {
    assertThatThrownBy(() -> TEN.take(PlayerFilter.index(10)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("below 10");
    assertThatThrownBy(() -> PlayerFilter.range(3, 2)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> PlayerFilter.index(-1)).isInstanceOf(ConfigException.class);
  }

  @Test
  @Row({"SE-players-iterator", "SE-players-len"})
  void goingThrough() {
    var iterator = TEN.iterator();
    assertThat(iterator.next().port()).isZero();
    iterator.seek(9);
    assertThat(iterator.hasNext()).isTrue();
    assertThat(iterator.next().port()).isEqualTo(9);
    assertThat(iterator.hasNext()).isFalse();
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    iterator.seek(50);
    assertThat(iterator.hasNext()).isFalse();
    assertThat(TEN.size()).isEqualTo(10);
    assertThat(Players.of(Address.of("a", 1), Address.of("a", 1)).size()).isEqualTo(1);
  }

  @Test
  @Row("SE-players-membership")
  void fromAMembership() {
    var members =
        List.of(
            member("a", Presence.ALIVE, "game"),
            member("b", Presence.LISTED, "mail"),
            member("c", Presence.LEAVING, "game"),
            member("d", Presence.SUSPECT, "game"));
    var players = Players.of(Membership.fixed(members));
    assertThat(players.addresses()).extracting(Address::host).containsExactly("a", "b", "d");
    assertThat(players.type("game").addresses())
        .extracting(Address::host)
        .containsExactly("a", "d");
    assertThat(players.type("game").without(Address.of("a", 1)).addresses())
        .containsExactly(Address.of("d", 1));
    assertThat(players.type("game").random(1).type("game").size()).isEqualTo(1);
    assertThat(players.contains(Address.of("c", 1))).isFalse();
  }

  private static Member member(String host, Presence presence, String type) {
    return new Member(Address.of(host, 1), Optional.empty(), presence, Map.of("type", type));
  }
}
