package io.sennit.core.codec;

/**
 * A codec whose values can lie inside others: it writes to and reads from MessagePack that is
 * already under way. Extend this rather than {@link Codec} to compose without an extra copy.
 *
 * @param <T> the type
 */
public abstract class MsgPackCodec<T> implements Codec<T> {
  private static final int MAX_HINT = 64 << 10;

  private final String name;
  private int hint = 32; // the last size; a stale one costs a copy, so it needs no fence

  /**
   * For subtypes.
   *
   * @param name what errors call the value
   */
  protected MsgPackCodec(String name) {
    this.name = name;
  }

  /** The codec itself, or, for one that only knows whole arrays, its bytes as {@code bin}. */
  public static <T> MsgPackCodec<T> of(Codec<T> codec) {
    return codec instanceof MsgPackCodec<T> own ? own : new Wrapped<>(codec);
  }

  /** What errors call the value. */
  public final String name() {
    return name;
  }

  /** Writes one value. */
  public abstract void write(MsgPackWriter to, T value);

  /**
   * Reads one value.
   *
   * @param field what errors call it here
   */
  public abstract T read(MsgPackReader from, String field);

  @Override
  public byte[] encode(T value) {
    var writer = new MsgPackWriter(hint);
    write(writer, value);
    hint = Math.min(writer.size(), MAX_HINT);
    return writer.finish();
  }

  @Override
  public T decode(byte[] bytes) {
    var reader = new MsgPackReader(bytes);
    var value = read(reader, name);
    reader.expectEnd(name);
    return value;
  }

  /** Whether nil is one of its own values. */
  boolean usesNil() {
    return false;
  }

  private static final class Wrapped<T> extends MsgPackCodec<T> {
    private final Codec<T> codec;

    Wrapped(Codec<T> codec) {
      super("value");
      this.codec = codec;
    }

    @Override
    public void write(MsgPackWriter to, T value) {
      to.writeBin(codec.encode(value));
    }

    @Override
    public T read(MsgPackReader from, String field) {
      return codec.decode(from.readBin(field));
    }
  }
}
