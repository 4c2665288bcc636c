/**
 * The grid's protocol as single-threaded state machines. A {@code Remote} lives on its home loop
 * and owns dialing, accepting and state; each connection that stands is a {@code Channel} on its
 * link's loop, with tables, lanes and queues of its own, so nothing of one connection reaches the
 * next.
 */
package io.sennit.grid.engine;
