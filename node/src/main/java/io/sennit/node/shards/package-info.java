/** Shards as a strand of a node. */
package io.sennit.node.shards;
