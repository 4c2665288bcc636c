/**
 * Who is reached through whom: routing tables, each of which knows one level of the tree. Plain
 * single-threaded objects without clock or randomness; {@code docs/protocol/session.md} §3.
 */
@NullMarked
package io.sennit.session.routing;

import org.jspecify.annotations.NullMarked;
