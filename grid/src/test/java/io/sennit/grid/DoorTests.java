package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.ClusterKey;
import io.sennit.core.Within;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What tests of doors stand on: managers with a cluster's key, the same in every world. */
@Timeout(90)
abstract class DoorTests {
  static final Within SOON = within(Duration.ofSeconds(10));
  static final int ECHO = 7;
  static final int BACK = 8;

  final ClusterKey key = ClusterKey.random();
  Place place = none();

  abstract Place place();

  @SuppressWarnings("NullAway") // set before each test
  private static Place none() {
    return null;
  }

  @BeforeEach
  void begin() {
    place = place();
  }

  @AfterEach
  void end() {
    place.close();
  }

  Manager node(int i, UnaryOperator<ManagerBuilder> taste) {
    var builder =
        Manager.builder().fabric(place.fabric(i)).listen(place.world.at("n" + i)).key(key);
    return start(i, taste.apply(builder));
  }

  Manager node(int i) {
    return node(i, b -> b);
  }

  Manager start(int i, ManagerBuilder builder) {
    var tls = place.tls();
    if (tls != null) {
      builder.tls(tls);
    }
    var manager = builder.start();
    place.managers.add(manager);
    manager.registerSingle(ECHO, (request, caller) -> request);
    manager.registerSingle(
        BACK,
        (request, caller) ->
            bytes(
                caller.name()
                    + " "
                    + new String(caller.connection().call(ECHO, request, SOON), UTF_8)));
    return manager;
  }

  String scheme() {
    return place.tls() == null ? "http://" : "https://";
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  static long connects(Manager of) {
    return of.connections().stream().mapToLong(c -> c.stats().connects()).sum();
  }

  static long attempts(Manager of) {
    return of.connections().stream().mapToLong(c -> c.stats().attempts()).sum();
  }
}
