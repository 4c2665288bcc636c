package io.sennit.grid.wire;

import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Times in payloads: extension type 5 with seconds and nanoseconds; the standard type -1 is read
 * too. docs/protocol/grid.md §3.2.
 */
public final class WireTime {
  /** The original's zero time, which stands for "none". */
  public static final Instant ZERO = Instant.ofEpochSecond(-62_135_596_800L);

  private static final int TYPE = 5;
  private static final int SIZE = 12;
  private static final int STANDARD = -1;

  private WireTime() {}

  /** Writes {@code c7 0c 05}, seconds, nanoseconds. */
  public static void write(MsgPackWriter out, Instant time) {
    out.writeExtHeader(TYPE, SIZE).writeRawLong(time.getEpochSecond()).writeRawInt(time.getNano());
  }

  /** Reads either form. */
  public static Instant read(MsgPackReader in, String field) {
    int length = in.readExtHeader(field);
    int type = in.extType();
    try {
      if (type == TYPE && length == SIZE) {
        long seconds = in.readRawLong(field);
        return Instant.ofEpochSecond(seconds, in.readRawInt(field));
      }
      if (type == STANDARD && length == 4) {
        return Instant.ofEpochSecond(in.readRawInt(field) & 0xffff_ffffL);
      }
      if (type == STANDARD && length == 8) {
        long both = in.readRawLong(field);
        return Instant.ofEpochSecond(both & 0x3_ffff_ffffL, both >>> 34);
      }
      if (type == STANDARD && length == SIZE) {
        int nanos = in.readRawInt(field);
        return Instant.ofEpochSecond(in.readRawLong(field), nanos);
      }
    } catch (DateTimeException | ArithmeticException e) { // the sum may leave a long's range
      throw in.wrong(field, "out of range");
    }
    throw in.wrong(field, "extension " + type + " of " + length + " bytes is no time");
  }
}
