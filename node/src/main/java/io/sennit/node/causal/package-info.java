/** How the causal strand runs in a node: its members, its store, its links, its verb. */
@org.jspecify.annotations.NullMarked
package io.sennit.node.causal;
