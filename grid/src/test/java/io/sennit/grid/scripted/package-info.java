/**
 * Peers of both original generations, written from the protocol alone: raw bytes on raw sockets.
 * Nothing here may use the grid's own codec or engine.
 */
@NullMarked
package io.sennit.grid.scripted;

import org.jspecify.annotations.NullMarked;
