/**
 * Bytes in, records out, and back: the original's text lines, and the frames between our own
 * members.
 */
@org.jspecify.annotations.NullMarked
package io.sennit.causal.wire;
