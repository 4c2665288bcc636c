/** The process of a peer and the load drivers that all peers share. */
package io.sennit.bench.harness;
