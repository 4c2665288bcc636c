/** Replicated data types: pure states that change by operations. */
@org.jspecify.annotations.NullMarked
package io.sennit.causal.crdt;
