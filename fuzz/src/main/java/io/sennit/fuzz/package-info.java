/**
 * Fuzz targets, one a class: whatever the bytes, a decoder returns a value or throws a {@code
 * ProtocolException}, takes memory in proportion to the bytes it was given, and what it decoded
 * encodes to bytes that decode to the same again. The corpus is text: {@code <target>.hex}.
 */
@NullMarked
package io.sennit.fuzz;

import org.jspecify.annotations.NullMarked;
