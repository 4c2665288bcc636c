/**
 * Ready-made payload types for contracts, with the bytes the original peers give them: {@link
 * io.sennit.grid.payload.Mss}, {@link io.sennit.grid.payload.Bytes}, {@link
 * io.sennit.grid.payload.UrlValues}, {@link io.sennit.grid.payload.JsonPool}, {@link
 * io.sennit.grid.payload.ArrayOf}, {@link io.sennit.grid.payload.NoPayload}. Each has a codec for
 * {@link io.sennit.grid.SingleHandler} and {@link io.sennit.grid.StreamHandler}.
 *
 * <p><b>Null.</b> No codec here takes or gives a Java null. Where the wire knows nil ({@code c0}),
 * null is a state of the value: {@link io.sennit.grid.payload.Mss#ofNull} and {@link
 * io.sennit.grid.payload.Mss#isNull} and the like. Each call of {@code ofNull} makes a value of its
 * own, because writing to one ends its being null. For the same reason these codecs do not go
 * inside {@code Codec.optional}: nil is theirs already.
 *
 * <p>Unless said otherwise the values can be changed, are for one thread at a time, and are equal
 * by content.
 */
package io.sennit.grid.payload;
