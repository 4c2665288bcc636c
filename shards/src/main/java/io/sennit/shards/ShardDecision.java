package io.sennit.shards;

import java.time.Instant;

/**
 * One line of the orchestrator's log: what it decided or learned, and why.
 *
 * @param number grows by one with each line of an orchestrator's life
 * @param at the orchestrator's wall clock
 * @param what one word: {@code node}, {@code grant}, {@code running}, {@code refused}, {@code
 *     release}, {@code lapse}, {@code move}, {@code moved}, {@code rolled-back}, {@code cordon}…
 * @param shard the shard, or -1
 * @param node the node, or empty text
 * @param why for people
 */
public record ShardDecision(
    long number, Instant at, String what, int shard, String node, String why) {}
