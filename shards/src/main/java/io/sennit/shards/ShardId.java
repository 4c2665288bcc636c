package io.sennit.shards;

/**
 * A shard of a type.
 *
 * @param type the name of the type
 * @param number from 0 to one less than the type's total
 */
public record ShardId(String type, int number) {
  /** {@code rooms/17}. */
  @Override
  public String toString() {
    return type + "/" + number;
  }
}
