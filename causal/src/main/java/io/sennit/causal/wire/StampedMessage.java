package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import io.sennit.causal.VectorClock;
import io.sennit.core.ProtocolException;
import java.util.LinkedHashMap;

/**
 * One line of the original's wire: {@code SENDER|CLOCK|PAYLOAD} (docs/protocol/causal.md §5). The
 * payload is bytes: a line is not UTF-8 as a whole. Reading is as lenient as the original's;
 * writing checks nothing either, so an empty message is two pipes, which no parser takes.
 *
 * <p>seed: {@code Message}, {@code InitMessage}, {@code String}, {@code Parse}.
 *
 * @param sender the name of the node that published it
 * @param clock what that node knew, this message included
 * @param payload the operation
 */
public record StampedMessage(String sender, VectorClock clock, Octets payload) {
  /** Without sender, clock and payload; seed: {@code InitMessage}. */
  public static final StampedMessage EMPTY =
      new StampedMessage("", VectorClock.EMPTY, Octets.EMPTY);

  private static final String DIGITS = "[+-]?[0-9]+";

  /**
   * Reads a line with or without its final LF; a CR before it belongs to the payload.
   *
   * @throws ProtocolException if it has fewer than two pipes, no sender, or a clock that is none
   */
  public static StampedMessage parse(byte[] line) {
    var raw = LineText.raw(line);
    if (raw.endsWith("\n")) {
      raw = raw.substring(0, raw.length() - 1);
    }
    int first = raw.indexOf('|');
    int second = first < 0 ? -1 : raw.indexOf('|', first + 1);
    if (second < 0) {
      throw new ProtocolException("message", -1, "has fewer than two pipes");
    }
    if (first == 0) {
      throw new ProtocolException("sender", 0, "is empty");
    }
    return new StampedMessage(
        LineText.name(raw.substring(0, first), "sender"),
        parseClock(raw.substring(first + 1, second)),
        Octets.of(LineText.bytes(raw.substring(second + 1))));
  }

  /**
   * Reads {@code name:count} joined with semicolons; of a repeated name the last counts, what
   * follows a second colon does not.
   *
   * @throws ProtocolException if an entry has no colon, or a count that is no number of 64 bits
   */
  public static VectorClock parseClock(byte[] text) {
    return parseClock(LineText.raw(text));
  }

  private static VectorClock parseClock(String raw) {
    var counts = new LinkedHashMap<String, Long>();
    for (var entry : LineText.split(raw, ';')) {
      var parts = LineText.split(entry, ':');
      if (parts.size() < 2) {
        throw new ProtocolException("clock", -1, "an entry has no colon: " + entry);
      }
      counts.put(LineText.name(parts.get(0), "clock"), count(parts.get(1)));
    }
    return VectorClock.of(counts);
  }

  private static long count(String text) {
    if (!text.matches(DIGITS)) {
      throw new ProtocolException("clock", -1, "no number: " + text);
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new ProtocolException("clock", -1, "no number of 64 bits: " + text);
    }
  }

  /** The line without a line end. */
  public byte[] encode() {
    return LineText.bytes(
        LineText.rawName(sender)
            + "|"
            + LineText.rawName(clock.toString())
            + "|"
            + LineText.raw(payload.toBytes()));
  }

  /** The sender's own count: this message's number there; 0 if its clock does not say. */
  public long seq() {
    return clock.get(sender);
  }
}
