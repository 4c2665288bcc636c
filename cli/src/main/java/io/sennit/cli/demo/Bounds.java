package io.sennit.cli.demo;

/**
 * Where the part of a folder that is searched ends.
 *
 * @param files the most files taken on
 * @param bytes the most bytes of them
 * @param entries the most entries looked at, folders and those passed by included
 */
public record Bounds(int files, long bytes, int entries) {
  /** Those of {@link Rules}. */
  public static final Bounds USUAL =
      new Bounds(Rules.MAX_FILES, Rules.MAX_TOTAL, Rules.MAX_ENTRIES);
}
