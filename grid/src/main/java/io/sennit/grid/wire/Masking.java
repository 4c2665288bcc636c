package io.sennit.grid.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** XOR with a four-byte key, eight bytes at a time; RFC 6455 §5.3. */
final class Masking {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Masking() {}

  /**
   * Masks or unmasks in place.
   *
   * @param phase how many bytes of the frame's payload came before, so that a payload may be
   *     treated in pieces
   */
  static void apply(byte[] bytes, int offset, int length, int key, int phase) {
    int turned = Integer.rotateLeft(key, 8 * (phase & 3));
    long wide = (turned & 0xffff_ffffL) << 32 | (turned & 0xffff_ffffL);
    int end = offset + length;
    int i = offset;
    for (int last = end - 8; i <= last; i += 8) {
      LONG.set(bytes, i, (long) LONG.get(bytes, i) ^ wide);
    }
    for (int k = 0; i < end; i++, k++) {
      bytes[i] ^= (byte) (wide >>> (56 - 8 * k));
    }
  }
}
