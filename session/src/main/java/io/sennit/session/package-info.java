/**
 * Group protocols over a tree of relays: one node opens a session with some players, each of them
 * runs a handler, and all of them talk over relays that repair and clean up themselves.
 */
@NullMarked
package io.sennit.session;

import org.jspecify.annotations.NullMarked;
