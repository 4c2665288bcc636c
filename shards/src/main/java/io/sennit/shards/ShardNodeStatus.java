package io.sennit.shards;

/**
 * One life of a node, as the orchestrator knows it.
 *
 * @param id the node's name
 * @param incarnation which life of the process
 * @param version of the program
 * @param address where other nodes reach it
 * @param zone what it shares its fate with, or empty text
 * @param connected whether it has a link
 * @param over whether its lease has lapsed or it is known dead
 * @param cordoned whether it is given nothing new
 * @param shards how many it holds
 * @param capacity most it takes
 */
public record ShardNodeStatus(
    String id,
    String incarnation,
    String version,
    String address,
    String zone,
    boolean connected,
    boolean over,
    boolean cordoned,
    int shards,
    int capacity) {}
