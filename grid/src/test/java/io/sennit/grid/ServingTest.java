package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A service that is no single connection: served by all members of a group, each call going to
 * whichever is next. Contracts are served and called on it in the same words as on a manager.
 */
@Timeout(60)
@Row("G-serving")
class ServingTest {
  private static final Within SOON = within(Duration.ofSeconds(10));
  private static final SingleHandler<String, String> GREET =
      SingleHandler.of("greet", 1, Codec.of(String.class), Codec.of(String.class));
  private static final StreamHandler<String, String, String> ECHO =
      StreamHandler.of(
          "echo", 2, Codec.of(String.class), Codec.of(String.class), Codec.of(String.class));

  /** Registers everything on all members, on a subroute of the group's. */
  private record GroupHost(List<Manager> members) implements Serving {
    private static String[] in(String... subroute) {
      var parts = new ArrayList<>(List.of("group"));
      parts.addAll(List.of(subroute));
      return parts.toArray(String[]::new);
    }

    private Registration all(Function<Manager, Registration> one) {
      var made = members.stream().map(one).toList();
      return () -> made.forEach(Registration::close);
    }

    @Override
    public Registration registerSingle(int id, String name, SingleCode code, String... subroute) {
      return all(m -> m.registerSingle(id, name, code, in(subroute)));
    }

    @Override
    public Registration registerSingleInline(
        int id, String name, SingleCode code, String... subroute) {
      return all(m -> m.registerSingleInline(id, name, code, in(subroute)));
    }

    @Override
    public Registration registerStreaming(
        int id, String name, Capacities items, StreamCode code, String... subroute) {
      return all(m -> m.registerStreaming(id, name, items, code, in(subroute)));
    }

    @Override
    public Registration registerStreamingInline(
        int id, String name, Capacities items, InlineStreamCode code, String... subroute) {
      return all(m -> m.registerStreamingInline(id, name, items, code, in(subroute)));
    }
  }

  /** Calls the members in turn. */
  private static final class Group implements Requester {
    private final List<? extends Requester> members;
    private int next;

    Group(List<? extends Requester> members) {
      this.members = members;
    }

    private Requester one() {
      return members.get(next++ % members.size());
    }

    @Override
    public byte[] call(int handler, byte[] request) {
      return one().call(handler, request);
    }

    @Override
    public byte[] call(int handler, byte[] request, Within within) {
      return one().call(handler, request, within);
    }

    @Override
    public CompletableFuture<byte[]> callAsync(int handler, byte[] request, Within within) {
      return one().callAsync(handler, request, within);
    }

    @Override
    public void call(int handler, byte[] request, Within within, Reply reply) {
      one().call(handler, request, within, reply);
    }

    @Override
    public GridStream open(int handler, byte[] first) {
      return one().open(handler, first);
    }

    @Override
    public GridStream open(int handler, byte[] first, Within within) {
      return one().open(handler, first, within);
    }

    @Override
    public CompletableFuture<Void> openInline(
        int handler,
        byte[] first,
        Within within,
        Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
      return one().openInline(handler, first, within, code);
    }

    @Override
    public GridStream open(int handler, byte[] first, Capacities items, Optional<Within> within) {
      return one().open(handler, first, items, within);
    }

    @Override
    public CompletableFuture<Void> openInline(
        int handler,
        byte[] first,
        Capacities items,
        Within within,
        Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
      return one().openInline(handler, first, items, within, code);
    }

    @Override
    public Requester subroute(String route) {
      return new Group(members.stream().map(m -> m.subroute(route)).toList());
    }
  }

  @Test
  void aContractIsServedAndCalledWhereNoSingleConnectionIs() {
    try (var grid = TestGrid.start(3)) {
      var members = List.of(grid.manager(1), grid.manager(2));
      var host = new GroupHost(members);
      var group =
          new Group(List.of(grid.connection(0, 1), grid.connection(0, 2))).subroute("group");
      var names = new ArrayList<String>();
      var serving = GREET.serve(host, (ask, caller) -> ask + " on " + caller.connection().local());
      ECHO.serve(
          host,
          (first, in, out, caller) -> {
            for (var item : in) {
              out.send(first + item);
            }
          });
      for (int i = 0; i < 4; i++) {
        names.add(GREET.call(group, "hello", SOON));
      }
      assertThat(names)
          .containsExactly(
              "hello on " + members.get(0).hostName(),
              "hello on " + members.get(1).hostName(),
              "hello on " + members.get(0).hostName(),
              "hello on " + members.get(1).hostName());
      // the caller's side need not have registered what it opens
      try (var stream = ECHO.open(group, "a", SOON)) {
        stream.send("b");
        stream.endInput();
        assertThat(stream.receive()).contains("ab");
      }
      serving.close();
      assertThatThrownBy(() -> GREET.call(group, "hello", SOON)).hasMessageContaining("unknown");
    }
  }

  @Test
  void reservedAndUnknownIdsAreRefusedEverywhere() {
    try (var grid = TestGrid.start(1)) {
      for (int id : new int[] {0, -1, 255, 300}) {
        assertThatThrownBy(() -> grid.manager(0).registerSingle(id, "x", (r, c) -> r))
            .isInstanceOf(UnknownHandlerException.class);
        assertThatThrownBy(
                () ->
                    grid.manager(0)
                        .registerStreaming(
                            id, "x", new Capacities(0, 1), (first, in, out, caller) -> {}))
            .isInstanceOf(UnknownHandlerException.class);
      }
      assertThatThrownBy(() -> new Capacities(-1, 1)).hasMessageContaining("capacities");
      assertThatThrownBy(() -> new Capacities(1, 0)).hasMessageContaining("capacities");
    }
  }
}
