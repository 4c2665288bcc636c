/** The bytes of shards: events of the original protocol and of Sennit's own. */
package io.sennit.shards.wire;
