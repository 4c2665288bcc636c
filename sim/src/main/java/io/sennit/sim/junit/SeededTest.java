package io.sennit.sim.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of one parameter, {@code long seed}, run for the fixed seeds 1, 2, … and for some fresh
 * ones. A failure prints the one line that runs its seed again.
 *
 * <p>{@code -Dsennit.seeds=7,42,100-200} runs these only; {@code -Dsennit.long=true} runs ten times
 * as many of both.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(SeedsExtension.class)
public @interface SeededTest {
  /** How many fixed seeds, from 1. */
  int fixed() default 100;

  /** How many seeds nobody has tried before. */
  int fresh() default 10;

  /** More fixed seeds: those that ever failed. */
  long[] failedOnce() default {};
}
