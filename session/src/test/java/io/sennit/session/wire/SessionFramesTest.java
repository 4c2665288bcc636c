package io.sennit.session.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackWriter;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import io.sennit.session.wire.SessionFrame.Target;
import io.sennit.session.wire.SessionFrame.Verdict;
import io.sennit.testkit.Row;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Frames of the native carrier. */
@Row("SE-frames")
class SessionFramesTest {
  private static final OverlayAddress A = OverlayAddress.of("a:1");
  private static final OverlayAddress B = OverlayAddress.of("b:2");
  private static final SessionFrame.Forward FORWARD =
      new SessionFrame.Forward(
          7,
          3,
          A.asInitiator(),
          1_000_000,
          64,
          List.of(new Target(A, 1), new Target(B, 1L << 40)),
          new byte[] {1, 2});

  private static List<SessionFrame> frames() {
    return List.of(
        new SessionFrame.Open(
            1,
            "seg/vote",
            "0123",
            A.asInitiator(),
            5,
            new RoutingHandshake(2, List.of(A, B)),
            true,
            12,
            3_000_000),
        new SessionFrame.Opened(1),
        new SessionFrame.End(1, SessionReason.GONE, "left"),
        FORWARD,
        new SessionFrame.Ack(
            7,
            3,
            List.of(
                new Verdict(0, SendFate.DELIVERED, SessionReason.OK, ""),
                new Verdict(1, SendFate.UNKNOWN, SessionReason.DEADLINE, "late"))),
        new SessionFrame.News(1, B, SessionReason.UNREACHABLE, "refused"),
        new SessionFrame.Pulse(1, 300),
        new SessionFrame.Alive());
  }

  @Test
  void everyFrameGoesRound() {
    for (var frame : frames()) {
      var bytes = SessionFrames.encode(frame);
      var read = SessionFrames.decode(bytes);
      assertThat(SessionFrames.encode(read)).isEqualTo(bytes);
      if (!(frame instanceof SessionFrame.Forward)) {
        assertThat(read).isEqualTo(frame);
      }
    }
    var read = (SessionFrame.Forward) SessionFrames.decode(SessionFrames.encode(FORWARD));
    assertThat(read.targets()).isEqualTo(FORWARD.targets());
    assertThat(read.message()).containsExactly(1, 2);
  }

  @Test
  void everyTruncationAndEveryFlippedBitIsReadOrRefused() {
    for (var frame : frames()) {
      var bytes = SessionFrames.encode(frame);
      for (int n = 0; n < bytes.length; n++) {
        var cut = Arrays.copyOf(bytes, n);
        assertThatThrownBy(() -> SessionFrames.decode(cut)).isInstanceOf(ProtocolException.class);
      }
      for (int bit = 0; bit < 8 * bytes.length; bit++) {
        var bent = bytes.clone();
        bent[bit / 8] ^= (byte) (1 << bit % 8);
        try {
          SessionFrames.decode(bent);
        } catch (ProtocolException e) {
          assertThat(e.field()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void randomBytesAreReadOrRefused() {
    var random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      var bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 1) {
        bytes[0] = (byte) (0x90 + random.nextInt(12));
        bytes[1] = (byte) random.nextInt(9);
      }
      try {
        SessionFrames.decode(bytes);
      } catch (ProtocolException e) {
        assertThat(e.field()).isNotEmpty();
      }
    }
  }

  @Test
  void lengthsAreCheckedAgainstWhatIsThere() {
    var huge = new MsgPackWriter();
    huge.writeArrayHeader(8).writeInt(4).writeInt(1).writeInt(1).writeString("FBa:1");
    huge.writeInt(1).writeInt(1).writeArrayHeader(1 << 17).writeString("FBa:1");
    assertThatThrownBy(() -> SessionFrames.decode(huge.toBytes()))
        .isInstanceOf(ProtocolException.class);
    var tenGigabytes = new byte[] {(byte) 0xdf, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
    assertThatThrownBy(() -> SessionFrames.decode(tenGigabytes))
        .isInstanceOf(ProtocolException.class);
  }

  /** Relays are opened to what can be dialed only. */
  @Test
  void addressesOfATreeHavePorts() {
    var open =
        new SessionFrame.Open(
            1,
            "u",
            "s",
            A,
            5,
            new RoutingHandshake(1, List.of(OverlayAddress.of("nowhere"))),
            false,
            0,
            0);
    assertThatThrownBy(() -> SessionFrames.decode(SessionFrames.encode(open)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("not a host with a port");
  }

  @Test
  void longTextsAreCut() {
    var end = new SessionFrame.End(1, SessionReason.CLOSED, "é".repeat(5_000));
    var read = (SessionFrame.End) SessionFrames.decode(SessionFrames.encode(end));
    assertThat(read.text()).hasSize(SessionFrames.MAX_TEXT / 3);
    assertThat(SessionReason.ofCode(200)).isEqualTo(SessionReason.PROTOCOL);
  }
}
