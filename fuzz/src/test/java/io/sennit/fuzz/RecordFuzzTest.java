package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.core.Address;
import io.sennit.core.Outcome;
import io.sennit.core.codec.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.provider.MethodSource;

/** A record of everything a record may hold, itself included. */
class RecordFuzzTest {
  record Everything(
      boolean yes,
      byte small,
      char letter,
      int number,
      long large,
      float coarse,
      double fine,
      String text,
      byte[] bytes,
      Outcome outcome,
      Duration span,
      Instant moment,
      UUID id,
      Address place,
      Optional<String> maybe,
      List<Shape> shapes,
      Set<Integer> numbers,
      Map<String, Long> counts,
      Optional<Everything> inside) {}

  sealed interface Shape {
    record Round(double radius) implements Shape {}

    record Several(List<Shape> parts) implements Shape {}
  }

  record Sparse(Optional<String> t, List<Sparse> l, Map<String, Shape> m, int n) {}

  private static final Codec<Everything> EVERYTHING = Codec.of(Everything.class);
  private static final Codec<Sparse> SPARSE = Codec.of(Sparse.class);

  static List<byte[]> corpus() {
    var full =
        new Everything(
            true,
            (byte) -1,
            'x',
            -70_000,
            Long.MAX_VALUE,
            1.5f,
            -0.1,
            "text",
            new byte[] {1, 2},
            Outcome.UNKNOWN,
            Duration.ofMillis(-1500),
            Instant.ofEpochSecond(1_700_000_000, 5),
            new UUID(1, 2),
            Address.of("127.0.0.1", 7400),
            Optional.of(""),
            List.of(new Shape.Round(2), new Shape.Several(List.of(new Shape.Round(3)))),
            Set.of(1, 2),
            Map.of("a", 1L),
            Optional.empty());
    var sparse = new Sparse(Optional.of("t"), List.of(), Map.of("r", new Shape.Round(1)), 9);
    var corpus = new java.util.ArrayList<>(Corpus.of("record"));
    corpus.add(EVERYTHING.encode(full));
    corpus.add(SPARSE.encode(new Sparse(Optional.empty(), List.of(sparse), Map.of(), 300)));
    return corpus;
  }

  @MethodSource("corpus")
  @FuzzTest
  void records(byte[] bytes) {
    Invariants.stable(bytes, EVERYTHING);
    Invariants.stable(bytes, SPARSE);
  }
}
