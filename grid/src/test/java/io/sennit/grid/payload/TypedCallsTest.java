package io.sennit.grid.payload;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Outcome;
import io.sennit.core.RemoteException;
import io.sennit.core.codec.Codec;
import io.sennit.core.codec.MsgPackCodec;
import io.sennit.grid.RemoteErrors;
import io.sennit.grid.SingleHandler;
import io.sennit.grid.StreamHandler;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Row;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The types end to end: scenarios T6, T7 and T21 of the checklist. */
@Timeout(30)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypedCallsTest {
  record Ask(int Num, String String) {}

  record Answer(int OrgNum, String OrgString, Ask Embedded) {}

  private static final SingleHandler<Ask, Answer> TYPED =
      SingleHandler.of("typed", 1, Codec.of(Ask.class), Codec.of(Answer.class));
  private static final SingleHandler<Mss, Mss> MAPS =
      SingleHandler.of("maps", 2, Mss.CODEC, Mss.CODEC);

  private TestGrid grid;

  @BeforeAll
  void start() {
    grid = TestGrid.start(2);
  }

  @AfterAll
  void close() {
    grid.close();
  }

  private <A, R> R call(SingleHandler<A, R> handler, A ask) {
    return handler.call(grid.connection(0, 1), ask, within(Duration.ofSeconds(10)));
  }

  /** Echoes through both codecs. */
  private <T> T echo(int id, MsgPackCodec<T> codec, T value) {
    var handler = SingleHandler.of("echo", id, codec, codec);
    try (var serving = handler.serve(grid.manager(1), (ask, caller) -> ask)) {
      return call(handler, value);
    }
  }

  @Test
  @Row({"G-T6", "G-payload-struct"})
  void typedCallWithAnEmbeddedRequest() {
    try (var serving =
        TYPED.serve(
            grid.manager(1),
            (ask, caller) -> {
              if (ask.Num() < 0) {
                throw RemoteErrors.of("negative: %d", ask.Num());
              }
              return new Answer(ask.Num() + 1, ask.String() + "!", ask);
            })) {
      var ask = new Ask(42, "hello");
      assertThat(call(TYPED, ask)).isEqualTo(new Answer(43, "hello!", ask));
      assertThatThrownBy(() -> call(TYPED, new Ask(-1, "")))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> {
                assertThat(e.text()).isEqualTo("negative: -1");
                assertThat(e.outcome()).isEqualTo(Outcome.RAN);
              });
    }
  }

  @Test
  @Row("G-payload-struct")
  void aStructIsAMapByFieldName() {
    assertThat(Codec.of(Ask.class).encode(new Ask(5, "hi")))
        .isEqualTo(Wire.bytes("82 a3 4e756d 05 a6 537472696e67 a2 6869"));
  }

  @Test
  @Row({"G-T7", "G-payload-recycler"})
  void recycledMapsSuccessAndError() {
    var answered = new AtomicReference<Mss>();
    try (var serving =
        MAPS.serve(
            grid.manager(1),
            (ask, caller) -> {
              var answer = Mss.with(ask.toMap()).set("seen", ask.get("k"));
              boolean fail = !ask.get("fail").isEmpty();
              ask.recycle();
              if (fail) {
                throw new IOException("told to fail");
              }
              answered.set(answer);
              return answer;
            })) {
      for (int i = 0; i < 50; i++) {
        var ask = Mss.of().set("k", "v" + i);
        var answer = call(MAPS, ask);
        ask.recycle();
        Recycler.recycle(answered.get()); // the server's; the caller's is another
        assertThat(answer.toMap()).isEqualTo(Map.of("k", "v" + i, "seen", "v" + i));
        answer.recycle();
        assertThat(answer.isNull()).isTrue();
        assertThatThrownBy(() -> call(MAPS, Mss.of().set("fail", "yes")))
            .isInstanceOfSatisfying(
                RemoteException.class, e -> assertThat(e.text()).isEqualTo("told to fail"));
      }
    }
  }

  @Test
  @Row("G-T21")
  void mapsAndBytesTravelWithTheirNulls() {
    for (var value : List.of(Mss.ofNull(), Mss.of(), Mss.of().set("k", "v"))) {
      assertThat(echo(3, Mss.CODEC, value)).isEqualTo(value);
    }
    for (var value : List.of(Bytes.ofNull(), Bytes.of(), Bytes.with(new byte[100_000]))) {
      assertThat(echo(4, Bytes.CODEC, value)).isEqualTo(value);
    }
  }

  @Test
  @Row({"G-payload-urlvalues-codec", "G-payload-json-codec", "G-payload-array-codec"})
  void theOthersTravelToo() {
    var values = UrlValues.with(Map.of("k", List.of("a", "b")));
    assertThat(echo(5, UrlValues.CODEC, values)).isEqualTo(values);
    var pool = JsonPool.of(Ask.class, () -> new Ask(0, ""));
    assertThat(echo(6, pool.codec(), pool.newWith(new Ask(1, "<b>"))).value())
        .isEqualTo(new Ask(1, "<b>"));
    assertThat(echo(7, pool.codec(), pool.newJson()).isSet()).isFalse();
    var arrays = ArrayOf.of(Codec.of(Ask.class));
    var two = arrays.newArray().append(new Ask(1, "a"), new Ask(2, "b"));
    assertThat(echo(8, arrays.codec(), two)).isEqualTo(two);
    assertThat(echo(9, NoPayload.CODEC, NoPayload.NONE)).isEqualTo(NoPayload.NONE);
  }

  @Test
  @Row("G-payload-nopayload")
  void anErrorWithoutAPayload() {
    var handler = SingleHandler.of("void", 10, NoPayload.CODEC, NoPayload.CODEC);
    try (var serving =
        handler.serve(
            grid.manager(1),
            (ask, caller) -> {
              throw RemoteErrors.of("no");
            })) {
      assertThatThrownBy(() -> call(handler, NoPayload.NONE)).isInstanceOf(RemoteException.class);
    }
  }

  @Test
  @Row("G-payload-writertochannel")
  void anOutputStreamOntoAStream() {
    var handler =
        StreamHandler.of("lines", 11, NoPayload.CODEC, NoPayload.CODEC, RAW).withoutInput();
    try (var serving =
            handler.serve(
                grid.manager(1),
                (first, in, out, caller) -> {
                  try (var print = new PrintStream(new OutputWriter(out), true)) {
                    print.print("one");
                    print.print("two");
                  }
                  var writer = new OutputWriter(out);
                  var reused = new byte[] {'a', 'b'};
                  writer.write(reused);
                  reused[0] = 'x';
                  writer.write(reused, 1, 0);
                  writer.write('c');
                });
        var stream = handler.open(grid.connection(0, 1), NoPayload.NONE)) {
      var items = new ArrayList<String>();
      stream.forEach(item -> items.add(new String(item, java.nio.charset.StandardCharsets.UTF_8)));
      assertThat(items).containsExactly("one", "two", "ab", "c");
    }
  }

  /** Items as they are. */
  private static final Codec<byte[]> RAW =
      new Codec<>() {
        @Override
        public byte[] encode(byte[] value) {
          return value;
        }

        @Override
        public byte[] decode(byte[] bytes) {
          return bytes;
        }
      };
}
