/** grpc-java, with nothing of protobuf in the way. */
package io.sennit.bench.grpc;
