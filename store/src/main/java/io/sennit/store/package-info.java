/**
 * Durable stores and leadership on the machine's own disk. Each store is one SQLite database beside
 * one lock file, worked by one thread of its own; everything handed in since the last commit goes
 * into one transaction. Leadership is a file lock, which the system frees when a process dies, and
 * an epoch file that only grows.
 */
@NullMarked
package io.sennit.store;

import org.jspecify.annotations.NullMarked;
