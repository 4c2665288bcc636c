package io.sennit.grid.wire;

import io.sennit.core.ProtocolException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message as a value: the plain form of {@link Envelope} and {@link EnvelopeWriter}, for
 * everything that is not in a hurry.
 *
 * @param mux unsigned 64 bits, 0 is the connection
 * @param seq unsigned 32 bits
 * @param deadlineMs unsigned 32 bits of milliseconds, 0 is none
 * @param handler 0 to 255
 * @param op see {@link Op}
 * @param flags see {@link Flags}; the checksum's bit is set by {@link #encode}
 * @param payload never null, empty when absent
 * @param subroute the subroute's key, or null
 */
public record Message(
    long mux,
    int seq,
    int deadlineMs,
    int handler,
    int op,
    int flags,
    byte[] payload,
    @Nullable SubrouteId subroute) {

  /** Without deadline, handler and subroute. */
  public static Message of(Op op, long mux, int seq, int flags, byte[] payload) {
    return new Message(mux, seq, 0, 0, op.code(), flags, payload, null);
  }

  /** Its bytes, with a checksum if wanted. */
  public byte[] encode(boolean checksum) {
    int all =
        flags & ~(Flags.CRC | Flags.SUBROUTE)
            | (checksum ? Flags.CRC : 0)
            | (subroute == null ? 0 : Flags.SUBROUTE);
    var out = new byte[EnvelopeWriter.size(mux, seq, deadlineMs, handler, op, all, payload.length)];
    EnvelopeWriter.write(
        out, 0, mux, seq, deadlineMs, handler, op, all, payload, 0, payload.length, subroute);
    return out;
  }

  /**
   * Reads a whole message; the checksum's bit is cleared after it was checked.
   *
   * @throws ProtocolException if it is malformed
   */
  public static Message decode(byte[] bytes) throws ProtocolException {
    var envelope = new Envelope();
    envelope.parse(bytes, 0, bytes.length);
    return envelope.toMessage();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Message m
        && mux == m.mux
        && seq == m.seq
        && deadlineMs == m.deadlineMs
        && handler == m.handler
        && op == m.op
        && flags == m.flags
        && Arrays.equals(payload, m.payload)
        && Objects.equals(subroute, m.subroute);
  }

  @Override
  public int hashCode() {
    return Objects.hash(mux, seq, op, Arrays.hashCode(payload));
  }

  @Override
  public String toString() {
    return "%s mux=%s seq=%d deadline=%dms handler=%d flags=%s payload=%dB%s"
        .formatted(
            Op.text(op),
            Long.toUnsignedString(mux),
            seq & 0xffff_ffffL,
            deadlineMs & 0xffff_ffffL,
            handler,
            Flags.text(flags),
            payload.length,
            subroute == null ? "" : " subroute=" + subroute);
  }
}
