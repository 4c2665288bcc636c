/** The contracts over real sockets, and what only real sockets can show. */
@NullMarked
package io.sennit.net;

import org.jspecify.annotations.NullMarked;
