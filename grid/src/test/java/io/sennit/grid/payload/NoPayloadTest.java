package io.sennit.grid.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import io.sennit.testkit.Row;
import org.junit.jupiter.api.Test;

class NoPayloadTest {
  @Test
  @Row("G-payload-nopayload")
  void zeroBytesBothWays() {
    Wire.holds(NoPayload.CODEC, NoPayload.NONE, "");
    assertThat(NoPayload.CODEC.decode(Wire.bytes("c0 01"))).isEqualTo(NoPayload.NONE);
    var reader = new MsgPackReader(Wire.bytes("01"));
    assertThat(NoPayload.CODEC.read(reader, "x")).isEqualTo(NoPayload.NONE);
    assertThat(reader.remaining()).isOne();
    var writer = new MsgPackWriter();
    NoPayload.CODEC.write(writer, NoPayload.NONE);
    assertThat(writer.size()).isZero();
    NoPayload.NONE.recycle();
  }
}
