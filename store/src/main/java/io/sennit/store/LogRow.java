package io.sennit.store;

import io.sennit.core.spi.Store.Bounds;

/**
 * A log's row.
 *
 * @param id its number in the tables
 * @param bounds where it begins and ends
 */
record LogRow(long id, Bounds bounds) {}
