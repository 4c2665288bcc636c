/** The contract of the SPI as tests that every implementation passes. */
@NullMarked
package io.sennit.testkit.contract;

import org.jspecify.annotations.NullMarked;
