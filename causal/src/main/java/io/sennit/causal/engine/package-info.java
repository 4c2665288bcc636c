/** The protocol of a group as one single-threaded state machine. */
@org.jspecify.annotations.NullMarked
package io.sennit.causal.engine;
