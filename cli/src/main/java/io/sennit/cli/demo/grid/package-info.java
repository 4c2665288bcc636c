/** The base tour: a search over workers by calls and streams, and what the grid promises for it. */
@NullMarked
package io.sennit.cli.demo.grid;

import org.jspecify.annotations.NullMarked;
