package io.sennit.shards.engine;

import io.sennit.core.Address;
import io.sennit.core.loop.Backoff;
import java.time.Duration;

/**
 * How one node takes part for one type of shards.
 *
 * @param type the name of the type
 * @param total how many shards there are
 * @param id the node's name, unique among the nodes
 * @param version of the program
 * @param incarnation which life of the process this is
 * @param address where other nodes reach it
 * @param zone what it shares its fate with, or empty text
 * @param capacity most shards it takes
 * @param orchestrator where the orchestrator is
 * @param redial waits between dials
 * @param identify how long an answer to Identify may take
 * @param stateBytes bytes of state that may wait to be sent, a shard
 */
public record NodeSettings(
    String type,
    int total,
    String id,
    String version,
    String incarnation,
    String address,
    String zone,
    int capacity,
    Address orchestrator,
    Backoff redial,
    Duration identify,
    int stateBytes) {

  /** With usual limits: redials from 50 ms to 2 s, 10 s to be identified, 1 MiB of state queued. */
  public static NodeSettings of(
      String type, int total, String id, String incarnation, String address, Address orchestrator) {
    return new NodeSettings(
        type,
        total,
        id,
        "",
        incarnation,
        address,
        "",
        Integer.MAX_VALUE,
        orchestrator,
        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2)),
        Duration.ofSeconds(10),
        1 << 20);
  }

  /** The same with what people and placement know it by. */
  public NodeSettings withPlace(String ofVersion, String inZone, int most) {
    return new NodeSettings(
        type,
        total,
        id,
        ofVersion,
        incarnation,
        address,
        inZone,
        most,
        orchestrator,
        redial,
        identify,
        stateBytes);
  }
}
