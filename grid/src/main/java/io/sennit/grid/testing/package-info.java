/** What users need to test against the grid: whole grids in one process. */
package io.sennit.grid.testing;
