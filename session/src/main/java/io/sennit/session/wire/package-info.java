/** Bytes of the session's protocols in and out; {@code docs/protocol/session.md}. */
@NullMarked
package io.sennit.session.wire;

import org.jspecify.annotations.NullMarked;
