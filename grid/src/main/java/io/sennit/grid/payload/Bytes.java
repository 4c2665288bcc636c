package io.sennit.grid.payload;

import io.sennit.core.codec.MsgPackCodec;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, growing at the end. On the wire a MessagePack {@code bin}; null is {@code c0}, empty is
 * {@code c4 00}. seed: {@code Bytes}.
 */
public final class Bytes implements Recycler {
  /** Its codec. */
  public static final MsgPackCodec<Bytes> CODEC = new BytesCodec();

  private static final byte[] EMPTY = {};
  private static final int SHOWN = 32;

  private byte @Nullable [] bytes;
  private int length;

  private Bytes(byte @Nullable [] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /** Empty. seed: {@code NewBytes}. */
  public static Bytes of() {
    return new Bytes(EMPTY, 0);
  }

  /** Empty, with room. seed: {@code NewBytesCap}. */
  public static Bytes withCapacity(int capacity) {
    return new Bytes(new byte[capacity], 0);
  }

  /** Takes the array over: it must not be changed afterwards. seed: {@code NewBytesWith}. */
  public static Bytes with(byte @Nullable [] bytes) {
    return new Bytes(bytes, bytes == null ? 0 : bytes.length);
  }

  /** With a copy of the array; null stays null. seed: {@code NewBytesWithCopyOf}. */
  public static Bytes withCopyOf(byte @Nullable [] bytes) {
    return with(bytes == null ? null : bytes.clone());
  }

  /** Null until something is appended. */
  public static Bytes ofNull() {
    return new Bytes(null, 0);
  }

  /** Whether it is null rather than empty. */
  public boolean isNull() {
    return bytes == null;
  }

  /** How many there are. */
  public int length() {
    return length;
  }

  /** Adds a copy of {@code more} at the end. */
  public Bytes append(byte... more) {
    var old = bytes == null ? EMPTY : bytes;
    int needed = Math.addExact(length, more.length);
    if (needed > old.length) {
      old =
          Arrays.copyOf(old, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * length)));
    }
    System.arraycopy(more, 0, old, length, more.length);
    bytes = old;
    length = needed;
    return this;
  }

  /** A copy of the bytes; empty when null. */
  public byte[] toArray() {
    return bytes == null ? EMPTY : Arrays.copyOf(bytes, length);
  }

  /** Forgets the bytes: null from then on. seed: {@code Recycle}. */
  @Override
  public void recycle() {
    bytes = null;
    length = 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that
        && isNull() == that.isNull()
        && Arrays.equals(toArray(), that.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toArray());
  }

  /** The beginning in hex, and how many there are. */
  @Override
  public String toString() {
    if (bytes == null) {
      return "null";
    }
    var shown = HexFormat.of().formatHex(bytes, 0, Math.min(SHOWN, length));
    return length + "B[" + shown + (length > SHOWN ? "…" : "") + "]";
  }

  private static final class BytesCodec extends MsgPackCodec<Bytes> {
    BytesCodec() {
      super("bytes");
    }

    @Override
    public void write(MsgPackWriter to, Bytes value) {
      Objects.requireNonNull(value, name());
      if (value.bytes == null) {
        to.writeNil();
      } else {
        to.writeBin(value.bytes, 0, value.length);
      }
    }

    @Override
    public Bytes read(MsgPackReader from, String field) {
      return from.tryNil(field) ? ofNull() : with(from.readBin(field));
    }
  }
}
