/** The bench: suites of measurements beside peers. It never asserts a time. */
package io.sennit.bench;
