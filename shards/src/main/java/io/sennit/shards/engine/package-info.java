/** Shards as state machines on one loop each: nodes and the orchestrator. Not exported. */
package io.sennit.shards.engine;
