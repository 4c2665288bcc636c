package io.sennit.core.codec;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/** The codecs of single values. */
final class Scalars {
  static final MsgPackCodec<String> STRING =
      scalar("text", MsgPackWriter::writeString, MsgPackReader::readString);
  static final MsgPackCodec<Byte> BYTE =
      scalar("number", (w, n) -> w.writeInt(n), (r, f) -> (byte) r.readLong(f, -128, 127));
  static final MsgPackCodec<Short> SHORT =
      scalar("number", (w, n) -> w.writeInt(n), (r, f) -> (short) r.readLong(f, -32_768, 32_767));
  static final MsgPackCodec<Integer> INT =
      scalar("number", (w, n) -> w.writeInt(n), MsgPackReader::readInt);
  static final MsgPackCodec<Long> LONG =
      scalar("number", MsgPackWriter::writeInt, MsgPackReader::readLong);
  static final MsgPackCodec<Character> CHAR =
      scalar("character", (w, c) -> w.writeInt(c), (r, f) -> (char) r.readLong(f, 0, 0xffff));
  static final MsgPackCodec<Boolean> BOOL =
      scalar("bool", MsgPackWriter::writeBool, MsgPackReader::readBool);
  static final MsgPackCodec<Float> FLOAT =
      scalar("float", MsgPackWriter::writeFloat, MsgPackReader::readFloat);
  static final MsgPackCodec<Double> DOUBLE =
      scalar("float", MsgPackWriter::writeDouble, MsgPackReader::readDouble);
  static final MsgPackCodec<byte[]> BYTES =
      scalar("bytes", MsgPackWriter::writeBin, MsgPackReader::readBin);
  static final MsgPackCodec<Duration> DURATION =
      scalar("duration", Scalars::writeDuration, Scalars::readDuration);
  static final MsgPackCodec<Instant> INSTANT =
      scalar("instant", Scalars::writeInstant, Scalars::readInstant);
  static final MsgPackCodec<UUID> UUID = scalar("uuid", Scalars::writeUuid, Scalars::readUuid);
  static final MsgPackCodec<Address> ADDRESS =
      scalar("address", (w, a) -> w.writeString(a.toString()), Scalars::readAddress);
  static final MsgPackCodec<NoValue> NONE = new None();

  private static final int NANOS = 1_000_000_000;
  private static final int TIMESTAMP = -1;

  private Scalars() {}

  private interface Write<T> {
    void write(MsgPackWriter to, T value);
  }

  private interface Read<T> {
    T read(MsgPackReader from, String field);
  }

  private static <T> MsgPackCodec<T> scalar(String name, Write<T> write, Read<T> read) {
    return new MsgPackCodec<>(name) {
      @Override
      public void write(MsgPackWriter to, T value) {
        write.write(to, Objects.requireNonNull(value, name()));
      }

      @Override
      public T read(MsgPackReader from, String field) {
        return read.read(from, field);
      }
    };
  }

  private static void writeDuration(MsgPackWriter to, Duration value) {
    to.writeArrayHeader(2).writeInt(value.getSeconds()).writeInt(value.getNano());
  }

  private static Duration readDuration(MsgPackReader from, String field) {
    if (from.readArrayHeader(field) != 2) {
      throw from.wrong(field, "a duration is two numbers: seconds and nanoseconds");
    }
    long seconds = from.readLong(field);
    return Duration.ofSeconds(seconds, from.readLong(field, 0, NANOS - 1));
  }

  private static void writeInstant(MsgPackWriter to, Instant value) {
    long seconds = value.getEpochSecond();
    int nanos = value.getNano();
    if (seconds >>> 34 != 0) {
      to.writeExtHeader(TIMESTAMP, 12).writeRawInt(nanos).writeRawLong(seconds);
    } else if (nanos != 0 || seconds >>> 32 != 0) {
      to.writeExtHeader(TIMESTAMP, 8).writeRawLong((long) nanos << 34 | seconds);
    } else {
      to.writeExtHeader(TIMESTAMP, 4).writeRawInt((int) seconds);
    }
  }

  private static Instant readInstant(MsgPackReader from, String field) {
    int length = from.readExtHeader(field);
    if (from.extType() != TIMESTAMP) {
      throw from.wrong(field, "extension " + from.extType() + " is not a timestamp (-1)");
    }
    long seconds;
    long nanos = 0;
    switch (length) {
      case 4 -> seconds = from.readRawInt(field) & 0xffff_ffffL;
      case 8 -> {
        long both = from.readRawLong(field);
        nanos = both >>> 34;
        seconds = both & (1L << 34) - 1;
      }
      case 12 -> {
        nanos = from.readRawInt(field) & 0xffff_ffffL;
        seconds = from.readRawLong(field);
      }
      default -> throw from.wrong(field, "a timestamp of " + length + " bytes");
    }
    if (nanos >= NANOS
        || seconds < Instant.MIN.getEpochSecond()
        || seconds > Instant.MAX.getEpochSecond()) {
      throw from.wrong(field, "no moment: " + seconds + " s and " + nanos + " ns");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static void writeUuid(MsgPackWriter to, UUID value) {
    to.writeBinHeader(16)
        .writeRawLong(value.getMostSignificantBits())
        .writeRawLong(value.getLeastSignificantBits());
  }

  private static UUID readUuid(MsgPackReader from, String field) {
    int length = from.readBinHeader(field);
    if (length != 16) {
      throw from.wrong(field, "a UUID of " + length + " bytes");
    }
    long high = from.readRawLong(field);
    return new UUID(high, from.readRawLong(field));
  }

  private static Address readAddress(MsgPackReader from, String field) {
    var text = from.readString(field, 300); // the longest host and port, and the brackets
    try {
      return Address.parse(text);
    } catch (ConfigException e) {
      throw from.wrong(field, "no address: " + e.what());
    }
  }

  /** No bytes on its own, nil inside others. */
  private static final class None extends MsgPackCodec<NoValue> {
    private static final byte[] NO_BYTES = {};

    None() {
      super("no value");
    }

    @Override
    public byte[] encode(NoValue value) {
      return NO_BYTES;
    }

    @Override
    public NoValue decode(byte[] bytes) {
      new MsgPackReader(bytes).expectEnd(name());
      return NoValue.NONE;
    }

    @Override
    public void write(MsgPackWriter to, NoValue value) {
      to.writeNil();
    }

    @Override
    public NoValue read(MsgPackReader from, String field) {
      from.readNil(field);
      return NoValue.NONE;
    }

    @Override
    boolean usesNil() {
      return true;
    }
  }
}
