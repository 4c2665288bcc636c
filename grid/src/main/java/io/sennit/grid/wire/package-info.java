/**
 * The grid's bytes: envelope, flags, operations, merged lists, handshake bodies, WebSocket frames.
 * Pure codecs without I/O, clock or state beyond one message; see {@code docs/protocol/grid.md}.
 */
package io.sennit.grid.wire;
