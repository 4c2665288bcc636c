package io.sennit.grid.wire;

/** Bits of a message's flags byte; docs/protocol/grid.md §3.3. */
public final class Flags {
  /** A four-byte checksum trailer is present. */
  public static final int CRC = 0x01;

  /** The sender's direction of the mux is finished. */
  public static final int EOF = 0x02;

  /** Reserved for stateless streams. */
  public static final int STATELESS = 0x04;

  /** The payload is an error text in UTF-8. */
  public static final int ERROR = 0x08;

  /** The payload is there and empty; without it an empty payload is absent. */
  public static final int ZERO = 0x10;

  /** A 32-byte subroute trailer is present. */
  public static final int SUBROUTE = 0x20;

  /** The payload continues the parts sent before it; between Sennit peers only. */
  public static final int PARTS = 0x40;

  /**
   * On what opens or accepts a stream: the first credit is not the window announced but comes in a
   * message of its own; between Sennit peers only.
   */
  public static final int CREDIT_FOLLOWS = 0x80;

  private static final String[] NAMES = {
    "crc", "eof", "stateless", "error", "zero", "subroute", "parts", "credit-follows"
  };

  private Flags() {}

  /** Whether any of {@code wanted} is set. */
  public static boolean has(int flags, int wanted) {
    return (flags & wanted) != 0;
  }

  /** The text for logs: names joined by {@code |}. */
  public static String text(int flags) {
    var text = new StringBuilder();
    for (int bit = 0; bit < 8; bit++) {
      if ((flags & 1 << bit) != 0) {
        text.append(text.isEmpty() ? "" : "|").append(NAMES[bit]);
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }
}
