/** Commands for groups in causal order. */
@org.jspecify.annotations.NullMarked
package io.sennit.cli.causal;
