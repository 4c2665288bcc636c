package io.sennit.mesh.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.testkit.Row;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** The handshake against the published vectors of the pattern (collection "cacophony"). */
class NoiseTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] PROLOGUE = "John Galt".getBytes(US_ASCII);
  private static final byte[] PSK = "This is my Austrian perspective!".getBytes(US_ASCII);
  private static final byte[] INITIATOR =
      HEX.parseHex("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a");
  private static final byte[] RESPONDER =
      HEX.parseHex("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b");

  /** Payload and ciphertext of each message; the first two are the handshake. */
  private static final String[][] MESSAGES = {
    {
      "4c756477696720766f6e204d69736573",
      "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
          + "7c37a89fc17813788d30df2d59501d6066f5f8aecc3406bbd9829f2d24a531b1"
    },
    {
      "4d757272617920526f746862617264",
      "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
          + "2f29d79368ef9de4e1ae7a362fb05bf0ad668e026bf5714554497b3a720461"
    },
    {"462e20412e20486179656b", "7c01e898a6201f36aecee532e29cd0b7f8ffa29d3366ad0dce39a6"},
    {"4361726c204d656e676572", "a9ff535aace3db6a1da1a7fb00fe2de2622bb373abad9fb42c00e0"},
    {
      "4a65616e2d426170746973746520536179",
      "6cfc49a3e65472edc2d0152abe5ce950170a8a47c959f30bd48b5f0aacf29adbfd"
    },
    {
      "457567656e2042f6686d20766f6e2042617765726b",
      "9bc86e6d974ed21ba04604a94aa68de21677eb409ead070c0cd569b069ee19ba142aa4c1a9"
    },
  };

  @Test
  @Row("M-noise")
  void thePublishedVectorsHold() throws Exception {
    var initiator = Noise.withKey(true, INITIATOR, PSK, PROLOGUE);
    var responder = Noise.withKey(false, RESPONDER, PSK, PROLOGUE);
    var hello = initiator.write(HEX.parseHex(MESSAGES[0][0]));
    assertThat(hello).isEqualTo(HEX.parseHex(MESSAGES[0][1]));
    assertThat(responder.read(hello)).isEqualTo(HEX.parseHex(MESSAGES[0][0]));
    var answer = responder.write(HEX.parseHex(MESSAGES[1][0]));
    assertThat(answer).isEqualTo(HEX.parseHex(MESSAGES[1][1]));
    assertThat(initiator.read(answer)).isEqualTo(HEX.parseHex(MESSAGES[1][0]));
    assertThat(initiator.handshakeHash()).isEqualTo(responder.handshakeHash());
    var keys = initiator.split();
    for (int i = 2; i < MESSAGES.length; i++) {
      var sealed =
          Noise.aesGcm(
              Cipher.ENCRYPT_MODE,
              keys[i % 2],
              i / 2 - 1,
              new byte[0],
              HEX.parseHex(MESSAGES[i][0]));
      assertThat(sealed).as("message " + i).isEqualTo(HEX.parseHex(MESSAGES[i][1]));
    }
  }

  @Test
  void aFlippedBitAnotherKeyAndAnotherClusterAreRefused() throws Exception {
    var hello = Noise.withKey(true, INITIATOR, PSK, PROLOGUE).write(new byte[] {1, 2, 3});
    for (int bit = 0; bit < 8 * hello.length; bit += 5) {
      var flipped = hello.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      var responder = Noise.withKey(false, RESPONDER, PSK, PROLOGUE);
      assertThatThrownBy(() -> responder.read(flipped))
          .isInstanceOf(GeneralSecurityException.class);
    }
    var otherPsk = PSK.clone();
    otherPsk[0] ^= 1;
    var wrongKey = Noise.withKey(false, RESPONDER, otherPsk, PROLOGUE);
    assertThatThrownBy(() -> wrongKey.read(hello)).isInstanceOf(GeneralSecurityException.class);
    var wrongCluster = Noise.withKey(false, RESPONDER, PSK, "other".getBytes(US_ASCII));
    assertThatThrownBy(() -> wrongCluster.read(hello)).isInstanceOf(GeneralSecurityException.class);
    var cut = Noise.withKey(false, RESPONDER, PSK, PROLOGUE);
    assertThatThrownBy(() -> cut.read(new byte[47])).isInstanceOf(GeneralSecurityException.class);
  }
}
