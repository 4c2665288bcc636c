package io.sennit.shards.wire;

/**
 * How many user events make up the state, docs/protocol/shards.md §3.7. seed: {@code
 * AllUserDataSentData}.
 *
 * @param numEvents sent, or still to come
 */
public record AllUserDataSentData(int numEvents) implements EventData {}
