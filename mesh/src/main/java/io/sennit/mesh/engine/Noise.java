package io.sennit.mesh.engine;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two messages of the handshake {@code Noise_NNpsk0_25519_AESGCM_SHA256} (Noise, revision 34):
 * both sides prove that they have the pre-shared key, and agree on secrets that are gone with the
 * session. Each object is one side of one handshake, used once.
 */
final class Noise {
  /** The name of the protocol, which enters every hash. */
  static final String NAME = "Noise_NNpsk0_25519_AESGCM_SHA256";

  /** Bytes of a public key. */
  static final int KEY = 32;

  private static final int TAG = 16;
  private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

  private final boolean initiator;
  private final byte[] privateKey;
  private final byte[] publicKey;
  private final byte[] psk;
  private byte[] chaining;
  private byte[] hash;
  private byte[] key = new byte[0];
  private long nonce;
  private byte[] remoteKey = new byte[0];

  private Noise(boolean initiator, byte[] privateKey, byte[] psk, byte[] prologue) {
    this.initiator = initiator;
    this.privateKey = privateKey;
    this.psk = psk;
    publicKey = publicKey(privateKey);
    hash = NAME.getBytes(StandardCharsets.US_ASCII); // 32 bytes: exactly a hash's length
    chaining = hash.clone();
    mixHash(prologue);
  }

  /** The side that writes first, with an ephemeral key from {@code secrets}. */
  static Noise initiator(SecureRandom secrets, byte[] psk, byte[] prologue) {
    return new Noise(true, fresh(secrets), psk, prologue);
  }

  /** The side that reads first. */
  static Noise responder(SecureRandom secrets, byte[] psk, byte[] prologue) {
    return new Noise(false, fresh(secrets), psk, prologue);
  }

  /** With a given ephemeral key, for published vectors. */
  static Noise withKey(boolean initiator, byte[] privateKey, byte[] psk, byte[] prologue) {
    return new Noise(initiator, privateKey.clone(), psk, prologue);
  }

  /** The same handshake at the same point. */
  Noise copy() {
    return new Noise(this);
  }

  private Noise(Noise other) {
    initiator = other.initiator;
    privateKey = other.privateKey;
    publicKey = other.publicKey;
    psk = other.psk;
    chaining = other.chaining;
    hash = other.hash;
    key = other.key;
    nonce = other.nonce;
    remoteKey = other.remoteKey;
  }

  private static byte[] fresh(SecureRandom secrets) {
    var bytes = new byte[KEY];
    secrets.nextBytes(bytes);
    return bytes;
  }

  /** First message: {@code psk, e}; second: {@code e, ee}. */
  byte[] write(byte[] payload) throws GeneralSecurityException {
    if (initiator) {
      mixKeyAndHash(psk);
    }
    mixHash(publicKey);
    mixKey(publicKey); // in handshakes with a pre-shared key, e is mixed into the key too
    if (!initiator) {
      mixKey(agree(remoteKey));
    }
    var sealed = encrypt(payload);
    var message = Arrays.copyOf(publicKey, KEY + sealed.length);
    System.arraycopy(sealed, 0, message, KEY, sealed.length);
    return message;
  }

  /**
   * Reads the other side's message.
   *
   * @throws GeneralSecurityException if it was not made with the same key, or is not for this
   *     handshake
   */
  byte[] read(byte[] message) throws GeneralSecurityException {
    if (message.length < KEY + TAG) {
      throw new AEADBadTagException("a handshake message of " + message.length + " bytes");
    }
    remoteKey = Arrays.copyOf(message, KEY);
    if (!initiator) {
      mixKeyAndHash(psk);
    }
    mixHash(remoteKey);
    mixKey(remoteKey);
    if (initiator) {
      mixKey(agree(remoteKey));
    }
    return decrypt(Arrays.copyOfRange(message, KEY, message.length));
  }

  /** The hash of the whole handshake, the same on both sides; after both messages. */
  byte[] handshakeHash() {
    return hash.clone();
  }

  /** The other side's ephemeral key, once its message was read. */
  byte[] remoteKey() {
    return remoteKey.clone();
  }

  /** The two transport keys, initiator's first; used by the published vectors only. */
  byte[][] split() {
    return hkdf(chaining, new byte[0], 2);
  }

  private void mixHash(byte[] data) {
    hash = sha256(hash, data);
  }

  private void mixKey(byte[] material) {
    var out = hkdf(chaining, material, 2);
    chaining = out[0];
    key = out[1];
    nonce = 0;
  }

  private void mixKeyAndHash(byte[] material) {
    var out = hkdf(chaining, material, 3);
    chaining = out[0];
    mixHash(out[1]);
    key = out[2];
    nonce = 0;
  }

  private byte[] encrypt(byte[] plain) throws GeneralSecurityException {
    var sealed = aesGcm(Cipher.ENCRYPT_MODE, key, nonce++, hash, plain);
    mixHash(sealed);
    return sealed;
  }

  private byte[] decrypt(byte[] sealed) throws GeneralSecurityException {
    var plain = aesGcm(Cipher.DECRYPT_MODE, key, nonce++, hash, sealed);
    mixHash(sealed);
    return plain;
  }

  /** AES-256-GCM with the nonce of Noise: four zero bytes and the counter, big-endian. */
  static byte[] aesGcm(int mode, byte[] key, long nonce, byte[] associated, byte[] data)
      throws GeneralSecurityException {
    var iv = new byte[12];
    for (int i = 0; i < 8; i++) {
      iv[4 + i] = (byte) (nonce >>> (8 * (7 - i)));
    }
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, iv));
    cipher.updateAAD(associated);
    return cipher.doFinal(data);
  }

  private byte[] agree(byte[] other) throws GeneralSecurityException {
    return agree(privateKey, other);
  }

  private static byte[] agree(byte[] mine, byte[] other) throws GeneralSecurityException {
    var factory = KeyFactory.getInstance("X25519");
    PrivateKey priv =
        (XECPrivateKey)
            factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, mine));
    return agree(factory, priv, coordinate(other));
  }

  private static byte[] agree(KeyFactory factory, PrivateKey mine, BigInteger u)
      throws GeneralSecurityException {
    var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(mine);
    agreement.doPhase(
        factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u)), true);
    return agreement.generateSecret();
  }

  /** The public key of a private one: its product with the base point. */
  static byte[] publicKey(byte[] privateKey) {
    try {
      var factory = KeyFactory.getInstance("X25519");
      var priv =
          factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey));
      return agree(factory, priv, BASE_POINT);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks X25519", e);
    }
  }

  private static BigInteger coordinate(byte[] littleEndian) {
    var big = new byte[KEY];
    for (int i = 0; i < KEY; i++) {
      big[i] = littleEndian[KEY - 1 - i];
    }
    big[0] &= 0x7f;
    return new BigInteger(1, big);
  }

  private static byte[] sha256(byte[] first, byte[] second) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(first);
      return digest.digest(second);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }

  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (var part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HMAC-SHA256", e);
    }
  }

  /** HKDF as Noise defines it: two or three outputs of 32 bytes. */
  static byte[][] hkdf(byte[] salt, byte[] material, int outputs) {
    var temporary = hmac(salt, material);
    var all = new byte[outputs][];
    var last = new byte[0];
    for (int i = 0; i < outputs; i++) {
      last = hmac(temporary, last, new byte[] {(byte) (i + 1)});
      all[i] = last;
    }
    return all;
  }
}
