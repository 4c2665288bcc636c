package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.DisconnectedException;
import io.sennit.core.spi.Endpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What lookups give: endpoints on the asking loop, or one reason. */
public abstract class NamesContract extends Contract {
  private Answer<List<Endpoint>> resolve(String name, boolean service) {
    var a = world.node("a");
    var loop = a.loop();
    var answer = new Answer<List<Endpoint>>();
    var order = new CopyOnWriteArrayList<String>();
    a.names()
        .resolve(
            loop,
            name,
            service,
            io.sennit.core.spi.Done.of(
                ok -> {
                  order.add("answer");
                  if (!loop.inLoop()) {
                    wrongs.add("an answer off the loop");
                  }
                  answer.ok(ok);
                },
                answer::failed));
    world.await("an answer for " + name, () -> answer.answers() == 1);
    return answer;
  }

  @Test
  void literalsAreThemselves() {
    assertThat(resolve("10.1.2.3:7400", false).value())
        .containsExactly(Endpoint.of(new byte[] {10, 1, 2, 3}, 7400));
    assertThat(resolve("[::1]:80", false).value()).containsExactly(new Endpoint(0, 1, 80));
  }

  @Test
  void anUnknownNameIsSaidSo() {
    var why = resolve("nobody.invalid:7400", false).why();
    assertThat(why).isInstanceOf(DisconnectedException.class);
    assertThat(why.getMessage()).contains("nobody.invalid");
  }

  @Test
  void anUnknownServiceIsSaidSo() {
    var why = resolve("_nobody._tcp.nowhere.invalid", true).why();
    assertThat(why).isInstanceOf(DisconnectedException.class);
    assertThat(why.getMessage()).contains("nowhere.invalid");
  }

  @Test
  void aNameWithoutAPortIsRefused() {
    assertThat(resolve("nobody", false).why()).isNotNull();
  }
}
