/** The machinery of the demo: worker processes, checks, the screen, and the seam for chapters. */
@NullMarked
package io.sennit.cli.demo;

import org.jspecify.annotations.NullMarked;
