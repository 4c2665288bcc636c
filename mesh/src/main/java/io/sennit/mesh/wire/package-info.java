/** Packets, frames, envelopes and payloads of the mesh: bytes in, records out, and back. */
@org.jspecify.annotations.NullMarked
package io.sennit.mesh.wire;
