package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.grid.payload.ArrayOf;
import io.sennit.grid.payload.Bytes;
import io.sennit.grid.payload.JsonPool;
import io.sennit.grid.payload.Mss;
import io.sennit.grid.payload.UrlValues;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** The ready-made payload types. */
class PayloadFuzzTest {
  record Item(int a, List<String> names) {}

  private static final JsonPool<Item> JSON = JsonPool.of(Item.class, () -> new Item(0, List.of()));
  private static final ArrayOf<Mss> ARRAY = ArrayOf.of(Mss.CODEC);

  static List<byte[]> corpus() {
    return Corpus.of("payload");
  }

  @MethodSource("corpus")
  @FuzzTest
  void payload(byte[] bytes) {
    Invariants.stable(bytes, Mss.CODEC);
    Invariants.stable(bytes, Bytes.CODEC);
    Invariants.stable(bytes, UrlValues.CODEC);
    Invariants.stable(bytes, JSON.codec());
    Invariants.stable(bytes, ARRAY.codec());
  }
}
