package io.sennit.grid.payload;

import io.sennit.core.codec.MsgPackCodec;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;

/**
 * The only value of a request or an answer that says nothing: zero bytes. Unlike {@code Codec.NONE}
 * it reads nothing either, so that whatever a peer did send is passed over. seed: {@code
 * NoPayload}.
 */
public enum NoPayload implements Recycler {
  /** The value. */
  NONE;

  /** Its codec: writes nothing, reads nothing, never fails. */
  public static final MsgPackCodec<NoPayload> CODEC = new NoPayloadCodec();

  private static final byte[] NO_BYTES = {};

  /** Does nothing. seed: {@code Recycle}. */
  @Override
  public void recycle() {
    // it holds nothing
  }

  private static final class NoPayloadCodec extends MsgPackCodec<NoPayload> {
    NoPayloadCodec() {
      super("noPayload");
    }

    @Override
    public byte[] encode(NoPayload value) {
      return NO_BYTES;
    }

    @Override
    public void write(MsgPackWriter to, NoPayload value) {
      // zero bytes
    }

    @Override
    public NoPayload decode(byte[] bytes) {
      return NoPayload.NONE;
    }

    @Override
    public NoPayload read(MsgPackReader from, String field) {
      return NoPayload.NONE;
    }
  }
}
