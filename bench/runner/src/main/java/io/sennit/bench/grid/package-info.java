/** The grid's suite: calls and streams beside raw Netty, a socket, grpc-java and RSocket. */
package io.sennit.bench.grid;
