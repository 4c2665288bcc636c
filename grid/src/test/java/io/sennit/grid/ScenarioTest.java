package io.sennit.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.CancelledException;
import io.sennit.testkit.Row;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the grid does for its users, the same on every {@link Ground}: what its tests share. After
 * each, all tables are empty.
 */
@Timeout(90)
@Row("G-T18")
abstract class ScenarioTest {
  static final int ITEM = 20_000; // 100 of them are more than any window

  /** What is asked, typed. */
  record Ask(int num, String string) {}

  /** What is answered, typed. */
  record Told(int orgNum, String orgString, Ask embedded) {}

  final Ground ground;
  Place place = none();

  ScenarioTest(Ground ground) {
    this.ground = ground;
  }

  final ManagerBuilder taste(ManagerBuilder builder) {
    return ground.taste(builder);
  }

  @SuppressWarnings("NullAway") // set before each test
  private static Place none() {
    return null;
  }

  @BeforeEach
  void begin() {
    place = ground.place();
  }

  @AfterEach
  void end() {
    place.close();
  }

  /** Two nodes or more, the scenario, and then nothing left. */
  void with(int nodes, Runnable scenario) {
    place.run(
        () -> {
          place.mesh(nodes, this::taste);
          scenario.run();
          place.awaitEmpty();
        });
  }

  /** On the mesh that may stand already. */
  void with2(Runnable scenario) {
    if (place.managers.isEmpty()) {
      with(2, scenario);
    } else {
      place.run(
          () -> {
            scenario.run();
            place.awaitEmpty();
          });
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static byte[] numbered(int i, int size) {
    return ByteBuffer.allocate(size).putInt(i).array();
  }

  static int number(byte[] item) {
    return ByteBuffer.wrap(item).getInt();
  }

  void everywhere(int id, int in, int out, Manager.StreamCode code, String... route) {
    place.managers.forEach(m -> m.registerStreaming(id, in, out, code, route));
  }

  /** A handler that works until it is told to stop, and says so. */
  Place.Bell endless(int id, int in) {
    var stopped = place.new Bell();
    var never = place.new Bell();
    everywhere(
        id,
        in,
        1,
        (first, input, out, caller) -> {
          try {
            out.send(bytes("on"));
            never.await();
          } catch (InterruptedException | CancelledException e) {
            assertThat(caller.isCancelled()).isTrue();
          } finally {
            stopped.ring();
          }
        });
    return stopped;
  }
}
