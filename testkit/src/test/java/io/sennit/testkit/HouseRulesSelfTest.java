package io.sennit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rule that cannot fail is no rule: each meets what it forbids. */
class HouseRulesSelfTest {
  private static final String ROOT = "io.sennit.testkit.planted";
  private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(ROOT);
  private static final String CALLS = report(HouseRules.pureCalls());
  private static final String TYPES = report(HouseRules.pureTypes());

  @Test
  void floors() {
    assertThat(report(HouseRules.floors(ROOT)))
        .contains("grid.engine.Bad.fromAnotherStrand")
        .contains("core.Upward.notice")
        .contains("rows.Shown is in a room that HouseRules does not list")
        .doesNotContain("engine.Good");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.nanoTime",
        "System.currentTimeMillis",
        "Instant.now",
        "LocalDateTime.now",
        "ZoneId.systemDefault",
        "Clock.systemUTC",
        "UUID.randomUUID",
        "Math.random",
        "Random.<init>",
        "ThreadLocalRandom.current",
        "SecureRandom.<init>",
        "Thread.<init>",
        "parallelStream",
        "Stream.parallel",
        "HashMap.<init>",
        "HashSet.<init>",
        "Map.of",
        "Set.of",
        "Map.copyOf",
        "Set.copyOf",
        "Collectors.toSet",
        "Collectors.toMap",
        "System.identityHashCode",
        "Math.pow",
        "Locale.getDefault",
        "System.getenv",
        "System.getProperty"
      })
  void callsThatDifferFromRunToRun(String call) {
    assertThat(CALLS).contains(call).doesNotContain("engine.Good");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ReentrantLock", "CompletableFuture", "Executors", "java.util.Timer", "Random"})
  void typesOfThreadsAndLocks(String type) {
    assertThat(TYPES).contains(type).doesNotContain("engine.Good");
  }

  @Test
  void synchronizedMethodsAndBlocks() {
    assertThat(report(HouseRules.noSynchronizedMethods())).contains("Bad.method()");
    assertThat(Monitors.inPureRooms(Path.of("target", "test-classes")))
        .containsExactly(ROOT + ".grid.engine.Bad.block");
  }

  @Test
  void mutableStatics() {
    assertThat(report(HouseRules.noMutableStatics()))
        .contains("Bad.counter")
        .contains("Bad.HELD")
        .contains("Bad.OPEN")
        .doesNotContain("engine.Good");
  }

  @Test
  void buffersPrintingAndSleep() {
    assertThat(report(HouseRules.byteBufStaysInside(ROOT))).contains("grid.Notice.shows");
    assertThat(report(HouseRules.noPrinting())).contains("grid.Notice.shows");
    assertThat(report(HouseRules.noSleep())).contains("grid.Notice.sleeps");
  }

  private static String report(ArchRule rule) {
    return String.join("\n", rule.evaluate(PLANTED).getFailureReport().getDetails());
  }
}
