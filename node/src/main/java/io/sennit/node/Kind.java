package io.sennit.node;

/** What a setting's value is; with the range, all that is said of it to people. */
enum Kind {
  /** Letters, digits and a few signs. */
  NAME,
  /** {@code host:port}. */
  ADDRESS,
  /** {@code scheme://host:port}. */
  HOST,
  /** Any number of peers. */
  HOSTS,
  /** A path of the HTTP kind. */
  ROUTE,
  /** 64 hex digits, or a file that holds them. */
  KEY,
  /** A file that must be there. */
  FILE,
  /** A folder, or off. */
  FOLDER,
  /** A text nobody may see. */
  SECRET,
  /** Yes or no. */
  FLAG,
  /** A size. */
  BYTES,
  /** A number of things. */
  COUNT,
  /** A time. */
  DURATION
}
