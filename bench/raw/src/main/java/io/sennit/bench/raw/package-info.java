/** The practical ceiling (Netty alone) and the latency floor (a blocking socket). */
package io.sennit.bench.raw;
