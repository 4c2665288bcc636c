/** Where work lives: shards placed on nodes, moved with their state, never run twice. */
package io.sennit.shards;
