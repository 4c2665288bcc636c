/** RSocket-java over TCP. */
package io.sennit.bench.rsocket;
