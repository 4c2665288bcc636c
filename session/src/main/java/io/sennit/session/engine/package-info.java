/**
 * The session as single-threaded objects on one loop: relays, routing, acknowledgements, repair.
 * {@code docs/protocol/session.md} §5 and following.
 */
@NullMarked
package io.sennit.session.engine;

import org.jspecify.annotations.NullMarked;
