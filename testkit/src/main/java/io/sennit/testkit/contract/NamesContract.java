package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.DisconnectedException;
import io.sennit.core.spi.Endpoint;
import java.util.ArrayList;
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
    Runnable here =
        () -> {
          order.add("answer");
          if (!loop.inLoop()) {
            wrongs.add("an answer off the loop");
          }
        };
    loop.execute(
        () -> {
          a.names()
              .resolve(
                  loop,
                  name,
                  service,
                  io.sennit.core.spi.Done.of(
                      ok -> {
                        here.run();
                        answer.ok(ok);
                      },
                      why -> {
                        here.run();
                        answer.failed(why);
                      }));
          order.add("asked");
        });
    world.await("an answer for " + name, () -> answer.answers() == 1);
    assertThat(order).as("never from inside the call").containsExactly("asked", "answer");
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

  @Test
  void equalLookupsAreAllAnswered() {
    var a = world.node("a");
    var answers = new ArrayList<Answer<List<Endpoint>>>();
    for (int i = 0; i < 100; i++) {
      var answer = new Answer<List<Endpoint>>();
      answers.add(answer);
      a.names().resolve(a.loop(), "nobody.invalid:7400", false, answer);
    }
    world.await("all answers", () -> answers.stream().allMatch(one -> one.answers() == 1));
    for (var one : answers) {
      assertThat(one.why().getMessage()).contains("nobody.invalid");
    }
  }
}
