/** The datagram protocol and the membership of the mesh as single-threaded state machines. */
@org.jspecify.annotations.NullMarked
package io.sennit.mesh.engine;
