/** The grid's frames before a judge from elsewhere: Autobahn's WebSocket test suite. */
@NullMarked
package io.sennit.conformance;

import org.jspecify.annotations.NullMarked;
