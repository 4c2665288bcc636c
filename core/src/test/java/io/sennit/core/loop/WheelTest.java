package io.sennit.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WheelTest {
  private static final long MS = 1_000_000;

  private final HandLoop loop = new HandLoop(-123_456_789);
  private final Wheel wheel = new Wheel(loop);
  private final List<String> fired = new ArrayList<>();

  private final class Named extends Wheel.Entry {
    final String name;
    Runnable then = () -> {};
    long firedAt = -1;

    Named(String name) {
      this.name = name;
    }

    boolean isArmed() {
      return armed();
    }

    @Override
    protected void expired() {
      assertThat(armed()).isFalse();
      firedAt = loop.nanoTime();
      fired.add(name);
      then.run();
    }
  }

  @Test
  void firesOnceNeverEarlyAndAtMostOneTickLate() {
    for (long delay : new long[] {0, 1, 3 * MS, 4 * MS, 4 * MS + 1, 2048 * MS, 60_000 * MS}) {
      var entry = new Named("a");
      long start = loop.nanoTime();
      wheel.arm(entry, delay);
      assertThat(entry.isArmed()).isTrue();
      loop.advance(120_000 * MS);
      assertThat(entry.firedAt - start).isBetween(delay, delay + Wheel.TICK_NANOS);
      assertThat(wheel.size()).isZero();
      assertThat(loop.timerArmed()).isFalse();
    }
    assertThat(fired).hasSize(7);
  }

  @Test
  void aFarDeadlineAloneCostsOneTimer() {
    wheel.arm(new Named("far"), 3_600_000 * MS);
    loop.advance(3_700_000 * MS);
    assertThat(fired).containsExactly("far");
    assertThat(loop.arms).isEqualTo(1);
  }

  @Test
  void armingAgainReplaces() {
    var entry = new Named("a");
    wheel.arm(entry, 10 * MS);
    wheel.arm(entry, 100 * MS);
    assertThat(wheel.size()).isEqualTo(1);
    loop.advance(50 * MS);
    assertThat(fired).isEmpty();
    loop.advance(60 * MS);
    assertThat(fired).containsExactly("a");
  }

  @Test
  void cancelledIsForgotten() {
    var entry = new Named("a");
    wheel.cancel(entry);
    wheel.arm(entry, 10 * MS);
    wheel.cancel(entry);
    wheel.cancel(entry);
    assertThat(loop.timerArmed()).isFalse();
    loop.advance(1_000 * MS);
    assertThat(fired).isEmpty();
    wheel.arm(entry, 10 * MS);
    loop.advance(20 * MS);
    assertThat(fired).containsExactly("a");
  }

  @Test
  void clearForgetsAll() {
    for (int i = 0; i < 100; i++) {
      wheel.arm(new Named("x"), i * 10 * MS);
    }
    wheel.clear();
    assertThat(wheel.size()).isZero();
    loop.advance(5_000 * MS);
    assertThat(fired).isEmpty();
  }

  /** Armed far from within an expiry, it once put the timer past the deadlines in between. */
  @Test
  void rearmingFarFromAnExpiryDoesNotHideANearerDeadline() {
    var first = new Named("first");
    first.then = () -> wheel.arm(first, 10_000 * MS);
    var second = new Named("second");
    wheel.arm(first, 10 * MS);
    wheel.arm(second, 100 * MS);
    loop.advance(110 * MS);
    assertThat(fired).containsExactly("first", "second");
  }

  /** One's end may end others that are due in the same tick: they must stay silent. */
  @Test
  void whatAnExpiryCancelsDoesNotFire() {
    var first = new Named("first");
    var second = new Named("second");
    first.then = () -> wheel.cancel(second);
    wheel.arm(first, 10 * MS);
    wheel.arm(second, 10 * MS);
    loop.advance(1_000 * MS);
    assertThat(fired).containsExactly("first");
    assertThat(second.isArmed()).isFalse();
  }

  @Test
  void whatAnExpiryArmsAgainFiresAtItsNewTimeAndLosesNoOther() {
    var first = new Named("first");
    var second = new Named("second");
    var third = new Named("third");
    first.then = () -> wheel.arm(second, 200 * MS);
    wheel.arm(new Named("far"), 210 * MS + 512 * Wheel.TICK_NANOS);
    wheel.arm(first, 10 * MS);
    wheel.arm(second, 10 * MS);
    wheel.arm(third, 10 * MS);
    loop.advance(100 * MS);
    assertThat(fired).containsExactly("first", "third");
    loop.advance(200 * MS);
    assertThat(fired).containsExactly("first", "third", "second");
    loop.advance(5_000 * MS);
    assertThat(fired).containsExactly("first", "third", "second", "far");
  }

  @Test
  void clearWithinAnExpirySilencesTheRest() {
    var first = new Named("first");
    first.then = wheel::clear;
    wheel.arm(first, 10 * MS);
    wheel.arm(new Named("second"), 10 * MS);
    wheel.arm(new Named("third"), 50 * MS);
    loop.advance(5_000 * MS);
    assertThat(fired).containsExactly("first");
  }

  @Test
  void anExpiryThatThrowsHarmsNoOther() {
    var bad = new Named("bad");
    bad.then =
        () -> {
          throw new IllegalStateException("planted");
        };
    wheel.arm(bad, 10 * MS);
    wheel.arm(new Named("same tick"), 10 * MS);
    wheel.arm(new Named("later tick"), 30 * MS);
    assertThatIllegalStateException().isThrownBy(() -> loop.jump(50 * MS)).withMessage("planted");
    loop.advance(0);
    assertThat(fired).containsExactly("bad", "same tick", "later tick");
  }

  @Test
  void afterALongTurnAllThatIsDueFiresAtOnce() {
    for (int i = 0; i < 2_000; i++) {
      wheel.arm(new Named("x"), i * 5L * MS);
    }
    loop.jump(20_000 * MS);
    assertThat(fired).hasSize(2_000);
    assertThat(loop.timerArmed()).isFalse();
  }

  @Test
  void endlessDelaysDoNotOverflow() {
    var entry = new Named("never");
    wheel.arm(entry, Long.MAX_VALUE);
    wheel.arm(new Named("soon"), MS);
    loop.advance(100_000 * MS);
    assertThat(fired).containsExactly("soon");
    assertThat(entry.isArmed()).isTrue();
    wheel.arm(entry, -5);
    loop.advance(10 * MS);
    assertThat(fired).containsExactly("soon", "never");
  }

  /** A hundred thousand, armed, moved and cancelled at random, beside a sorted model. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agreesWithASortedModel(long seed) {
    var random = new Random(seed);
    int count = 100_000;
    var entries = new Modelled[count];
    var model = new TreeMap<Long, Modelled>(); // deadline and number in one key
    var state = new State(model);
    for (int i = 0; i < count; i++) {
      entries[i] = new Modelled(i, state, random);
    }
    for (int step = 0; step < 300; step++) {
      for (int i = 0; i < 1_000; i++) {
        var entry = entries[random.nextInt(count)];
        if (random.nextInt(4) == 0) {
          entry.cancelInBoth();
        } else {
          entry.armInBoth(delay(random));
        }
      }
      assertThat(wheel.size()).isEqualTo(model.size());
      loop.advance(random.nextInt(40) * MS);
      long now = loop.nanoTime();
      assertThat(state.wrong).as("seed %d", seed).isEmpty();
      if (!model.isEmpty()) {
        long earliest = model.firstEntry().getValue().deadline;
        assertThat(earliest).as("overdue, seed %d", seed).isGreaterThan(now - Wheel.TICK_NANOS);
      }
    }
    loop.advance(40_000 * MS);
    while (!model.isEmpty()) {
      loop.advance(40_000 * MS);
    }
    assertThat(wheel.size()).isZero();
    assertThat(state.fired).isGreaterThan(50_000);
  }

  private static long delay(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(50) * MS;
      case 1 -> random.nextLong(5_000 * MS);
      case 2 -> random.nextLong(30_000 * MS);
      default -> 50 * MS;
    };
  }

  private static final class State {
    final TreeMap<Long, Modelled> model;
    final List<String> wrong = new ArrayList<>();
    int fired;

    State(TreeMap<Long, Modelled> model) {
      this.model = model;
    }
  }

  private final class Modelled extends Wheel.Entry {
    final int number;
    final State state;
    final Random random;
    long deadline;

    Modelled(int number, State state, Random random) {
      this.number = number;
      this.state = state;
      this.random = random;
    }

    private long key() {
      return deadline * 131_072 + number;
    }

    void armInBoth(long delay) {
      state.model.remove(key());
      deadline = loop.nanoTime() + delay;
      state.model.put(key(), this);
      wheel.arm(this, delay);
    }

    void cancelInBoth() {
      state.model.remove(key());
      wheel.cancel(this);
    }

    @Override
    protected void expired() {
      state.fired++;
      long late = loop.nanoTime() - deadline;
      if (state.model.remove(key()) != this || late < 0 || late > Wheel.TICK_NANOS) {
        state.wrong.add(number + " fired " + late + " ns late");
      }
      if (random.nextInt(10) == 0) {
        armInBoth(delay(random));
      } else if (random.nextInt(10) == 0 && !state.model.isEmpty()) {
        state.model.firstEntry().getValue().cancelInBoth();
      }
    }
  }
}
