package io.sennit.bench.raw;

/** The frame of the raw peer: length of the body, kind, id (4 bytes each), body. */
final class Frame {
  static final int HEADER = 12;

  static final int CALL = 0;
  static final int REPLY = 1;
  static final int STREAM_OPEN = 2;
  static final int ITEM = 3;
  static final int END = 4;
  static final int UP_ITEM = 5;
  static final int UP_END = 6;
  static final int BIDI_ITEM = 7;
  static final int BIDI_END = 8;

  static final byte[] NOTHING = new byte[0];

  private Frame() {}
}
