package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Rules;

/** Judges the bytes of one file as they come: is it a text by the rules, and of how many lines? */
final class TextCheck {
  private long position;
  private long lines;
  private int inLine;
  private boolean binary;
  private boolean tooLong;
  private boolean malformed;
  private int missing; // bytes that the character begun still lacks
  private int least = 0x80; // of the next of them
  private int most = 0xbf;

  /** Takes the next bytes. */
  void take(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      binary |= b == 0 && position < Rules.HEAD;
      position++;
      if (b == '\n') {
        lines++;
        inLine = 0;
      } else {
        inLine++;
        tooLong |= inLine > Rules.MAX_LINE;
      }
      if (b < 0 || missing > 0) {
        character(b & 0xff);
      }
    }
  }

  /** One byte of a character beyond ASCII, by the table of well-formed sequences of Unicode. */
  private void character(int b) {
    if (missing > 0) {
      malformed |= b < least || b > most;
      missing--;
      least = 0x80;
      most = 0xbf;
      return;
    }
    malformed |= b < 0xc2 || b > 0xf4;
    missing = b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
    least = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    most = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
  }

  /**
   * How many lines, the last one counted also without a line feed.
   *
   * @throws Text.NotText with the first reason that holds, in the order of the rules
   */
  long lines() throws Text.NotText {
    if (binary) {
      throw new Text.NotText(Rules.BINARY);
    }
    if (tooLong) {
      throw new Text.NotText(Rules.LONG_LINE);
    }
    if (malformed || missing > 0) {
      throw new Text.NotText(Rules.NOT_UTF8);
    }
    return lines + (inLine > 0 ? 1 : 0);
  }
}
