/** What a link is, whatever carries its bytes: one state machine over a small pipe of bytes. */
@org.jspecify.annotations.NullMarked
package io.sennit.core.link;
