package io.sennit.core.codec;

/** What kind of MessagePack value comes next. */
public enum MsgPackType {
  /** Nothing. */
  NIL,
  /** True or false. */
  BOOL,
  /** A whole number, signed or unsigned, of any width. */
  INT,
  /** A float of 32 or 64 bits. */
  FLOAT,
  /** UTF-8 text. */
  STR,
  /** Bytes. */
  BIN,
  /** A list of values. */
  ARRAY,
  /** A list of key and value pairs. */
  MAP,
  /** Bytes under an application's type number. */
  EXT
}
