package io.sennit.session;

import io.sennit.core.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * One step of a choice of players: gets the indices chosen so far and gives others. Steps run in
 * their order and begin with nobody, so that rejecting alone chooses nobody. Seed: {@code
 * mino.FilterUpdater}.
 */
@FunctionalInterface
public interface PlayerFilter {
  /**
   * The choice after this step.
   *
   * @param chosen so far; not to be changed
   */
  List<Integer> apply(List<Integer> chosen);

  /** Adds one; it comes in its place by number. Seed: {@code IndexFilter}. */
  static PlayerFilter index(int index) {
    return range(index, index + 1);
  }

  /** Takes one out. Seed: {@code RejectFilter}. */
  static PlayerFilter reject(int index) {
    return chosen -> chosen.stream().filter(i -> i != index).toList();
  }

  /**
   * Adds from one up to and without another. Seed: {@code RangeFilter}.
   *
   * @throws ConfigException if {@code from} is negative or beyond {@code to}
   */
  static PlayerFilter range(int from, int to) {
    if (from < 0 || from > to) {
      throw new ConfigException("players.range", from + " to " + to, "0 and more, in order");
    }
    return chosen -> {
      var sorted = new TreeSet<>(chosen);
      for (int i = from; i < to; i++) {
        sorted.add(i);
      }
      return List.copyOf(sorted);
    };
  }

  /** These instead of all before. Seed: {@code ListFilter}. */
  static PlayerFilter list(int... indices) {
    var these = Arrays.stream(indices).boxed().toList();
    return _ -> these;
  }

  /** Turns the list left by so many, right if negative; comes last. Seed: {@code RotateFilter}. */
  static PlayerFilter rotate(int by) {
    return chosen -> {
      var turned = new ArrayList<>(chosen);
      Collections.rotate(turned, -(by % Math.max(1, turned.size())));
      return turned;
    };
  }

  /**
   * Keeps so many of those chosen, drawn at random, in random order. Seed: {@code RandomFilter}.
   *
   * @param most how many at most, 0 or more
   */
  static PlayerFilter random(int most, RandomGenerator random) {
    if (most < 0) {
      throw new ConfigException("players.random", String.valueOf(most), "0 or more");
    }
    return chosen -> {
      var drawn = new ArrayList<>(chosen);
      for (int i = drawn.size(); i > 1; i--) {
        Collections.swap(drawn, i - 1, random.nextInt(i));
      }
      return List.copyOf(drawn.subList(0, Math.min(most, drawn.size())));
    };
  }
}
