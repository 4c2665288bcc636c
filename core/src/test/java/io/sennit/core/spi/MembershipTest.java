package io.sennit.core.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.loop.HandLoop;
import io.sennit.core.spi.Membership.Member;
import io.sennit.core.spi.Membership.View;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A membership that never changes. */
class MembershipTest {
  private static final Member A = Member.listed(Address.parse("a:1"));
  private static final Member B = Member.alive(Address.parse("b:1"), new Incarnation(7, 1));

  @Test
  void membersLieInTheOrderOfTheirAddressesAndTheListIsACopy() {
    var given = new ArrayList<>(List.of(B, A));
    var fixed = Membership.fixed(given);
    given.clear();
    assertThat(fixed.view().members()).containsExactly(A, B);
    assertThat(fixed.view().version()).isEqualTo(1);
  }

  @Test
  void aListenerIsToldTheViewOnceOnItsLoop() {
    var loop = new HandLoop(0);
    var told = new ArrayList<View>();
    var fixed = Membership.fixed(List.of(A));
    var watch = fixed.listen(loop, told::add);
    assertThat(told).as("before the loop's turn").isEmpty();
    loop.runTasks();
    loop.runTasks();
    assertThat(told).containsExactly(fixed.view());
    watch.close();
  }

  @Test
  void aClosedListenerIsToldNothing() {
    var loop = new HandLoop(0);
    var told = new ArrayList<View>();
    Membership.fixed(List.of(A)).listen(loop, told::add).close();
    loop.runTasks();
    assertThat(told).isEmpty();
  }

  @Test
  void twoMembersAtOneAddressAreRefused() {
    var again = Member.alive(A.address(), new Incarnation(1, 1));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Membership.fixed(List.of(A, again)))
        .withMessageContaining("a:1");
  }
}
