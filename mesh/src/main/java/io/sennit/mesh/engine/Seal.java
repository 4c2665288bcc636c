package io.sennit.mesh.engine;

import io.sennit.mesh.wire.Packet;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals or opens packets of one direction: AES-128-GCM, the nonce is the initial vector xor the
 * packet's number, the header is authenticated with it (docs/protocol/mesh.md, section 5).
 */
final class Seal {
  /** Bytes of key material: a key of 16 and a vector of 12. */
  static final int MATERIAL = 28;

  private final SecretKeySpec key;
  private final byte[] iv;
  private final byte[] nonce = new byte[12];
  private final Cipher cipher;
  private final int mode;

  private Seal(int mode, byte[] material) {
    this.mode = mode;
    key = new SecretKeySpec(material, 0, 16, "AES");
    iv = Arrays.copyOfRange(material, 16, MATERIAL);
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks AES-GCM", e);
    }
  }

  static Seal sealing(byte[] material) {
    return new Seal(Cipher.ENCRYPT_MODE, material);
  }

  static Seal opening(byte[] material) {
    return new Seal(Cipher.DECRYPT_MODE, material);
  }

  private void start(long number) throws GeneralSecurityException {
    System.arraycopy(iv, 0, nonce, 0, iv.length);
    for (int i = 0; i < 8; i++) {
      nonce[4 + i] ^= (byte) (number >>> (8 * (7 - i)));
    }
    cipher.init(mode, key, new GCMParameterSpec(8 * Packet.TAG, nonce));
  }

  /**
   * Seals.
   *
   * @param header bytes of the packet before the sealed part
   * @param plain bytes in {@code packet} from {@code header} to {@code header + plain}
   * @param out gets the sealed part and the tag, at the same place
   * @return bytes of the whole packet
   */
  int seal(long number, byte[] packet, int header, int plain, byte[] out) {
    try {
      start(number);
      cipher.updateAAD(packet, 0, header);
      System.arraycopy(packet, 0, out, 0, header);
      return header + cipher.doFinal(packet, header, plain, out, header);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a packet that cannot be sealed", e);
    }
  }

  /**
   * Opens.
   *
   * @param from where the packet begins, with {@code header} bytes in clear
   * @param to where it ends
   * @param out gets the frames from its beginning
   * @return bytes of the frames, or -1 if it was not sealed with this key
   */
  int open(long number, byte[] packet, int from, int header, int to, byte[] out) {
    if (to - from < header + Packet.TAG) {
      return -1;
    }
    try {
      start(number);
      cipher.updateAAD(packet, from, header);
      return cipher.doFinal(packet, from + header, to - from - header, out, 0);
    } catch (GeneralSecurityException _) {
      return -1; // counted by the caller
    }
  }
}
