/**
 * What all stores have in common, whatever lies beneath them: batches, rules, views, counts, and
 * logs and maps in memory. The store on the disk and the simulated one are both built from it, so
 * that they cannot disagree. For implementations of {@link io.sennit.core.spi.Store} only.
 */
@NullMarked
package io.sennit.core.storage;

import org.jspecify.annotations.NullMarked;
