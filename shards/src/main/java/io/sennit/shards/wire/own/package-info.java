/** What Sennit peers say to each other beside the original protocol, docs/protocol/shards.md §6. */
package io.sennit.shards.wire.own;
