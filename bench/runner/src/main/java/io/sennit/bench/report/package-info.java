/** Rows, targets and how they are shown: the same for every suite. */
package io.sennit.bench.report;
