package io.sennit.sim.rig;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the rig does with processes, and that none stays. */
@Timeout(60)
final class ProcessRigTest {
  private final ProcessRig rig = ProcessRig.open(2);
  private final JvmSpec talking =
      JvmSpec.of("talking", TalkingMain.class.getName()).withJvmArgs("-XX:TieredStopAtLevel=1");

  @AfterEach
  void end() {
    rig.close();
    rig.close();
    assertThat(rig.running()).isEmpty();
  }

  @Test
  void startsSpeaksAndIsKilled() throws Exception {
    var jvm = rig.start(talking.withArgs("a", "b").withProperty("sennit.t", "p").withEnv("T", "e"));
    jvm.awaitLine("^up with a b$", ofSeconds(15));
    jvm.awaitLine("property p e", ofSeconds(5));
    assertThat(jvm.awaitLine("tick ([0-9]+)", ofSeconds(5)).group(1)).isEqualTo("0");
    assertThat(rig.running()).containsExactly(jvm);
    assertThat(Files.readString(jvm.file())).contains("up with a b");
    jvm.kill();
    assertThat(jvm.isAlive()).isFalse();
    assertThat(jvm.awaitExit(ofSeconds(1))).isEqualTo(137);
    assertThat(rig.running()).isEmpty();
    rig.assertAllGone();
    assertThat(rig.logs()).contains("tick 0").contains("ended");
  }

  @Test
  void eachExitIsToldOnce() {
    List<ProcessExit> exits = new CopyOnWriteArrayList<>();
    rig.onExit(exits::add);
    var killed = rig.start(talking);
    var spared = rig.start(talking);
    killed.kill();
    Awaitility.await()
        .atMost(ofSeconds(10))
        .untilAsserted(() -> assertThat(exits).containsExactly(new ProcessExit(killed, 137)));
    assertThat(spared.isAlive()).isTrue();
    rig.close();
    Awaitility.await()
        .atMost(ofSeconds(10))
        .untilAsserted(
            () -> assertThat(exits).extracting(ProcessExit::jvm).containsExactly(killed, spared));
  }

  @Test
  void aStoppedProcessSaysNothingUntilItGoesOn() {
    var jvm = rig.start(talking);
    jvm.awaitLine("tick", ofSeconds(15));
    jvm.pause();
    long mark = quiet(jvm);
    assertThat(jvm.isAlive()).isTrue();
    assertThatThrownBy(() -> jvm.awaitLine("tick", mark, ofMillis(300)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("did not say /tick/");
    jvm.resume();
    jvm.awaitLine("tick", mark, ofSeconds(5));
  }

  private static long quiet(Jvm jvm) {
    var mark = new java.util.concurrent.atomic.AtomicLong(-1);
    Awaitility.await()
        .pollInterval(ofMillis(200))
        .until(() -> mark.getAndSet(jvm.mark()) == jvm.mark());
    return mark.get();
  }

  @Test
  void restartsTheSame() {
    var first = rig.start(talking.withArgs("x"));
    first.awaitLine("up with x", ofSeconds(15));
    var second = rig.restart(first);
    second.awaitLine("up with x", ofSeconds(15));
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(first.isAlive()).isFalse();
  }

  @Test
  void aProcessThatEndsIsToldWithItsLastLines() {
    var jvm = rig.start(JvmSpec.of("broken", "no.such.Main"));
    assertThatThrownBy(() -> jvm.awaitLine("never said", ofSeconds(20)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no.such.Main");
    assertThat(jvm.awaitExit(ofSeconds(10))).isEqualTo(1);
  }

  @Test
  void oneMoreThanAllowedIsRefused() {
    rig.start(talking);
    rig.start(talking);
    assertThatThrownBy(() -> rig.start(talking)).hasMessageContaining("at most 2 processes");
  }

  @Test
  void childrenDieWhenTheirParentIsKilled() {
    var parent = rig.start(talking.withArgs("parent"));
    long grandchild =
        Long.parseLong(parent.awaitLine("grandchild ([0-9]+)", ofSeconds(20)).group(1));
    var handle = ProcessHandle.of(grandchild).orElseThrow();
    parent.kill();
    Awaitility.await().atMost(ofSeconds(20)).until(() -> !handle.isAlive());
  }
}
