/** In what order: groups whose members apply the same operations, effects never before causes. */
@org.jspecify.annotations.NullMarked
package io.sennit.causal;
