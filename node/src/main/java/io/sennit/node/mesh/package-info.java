/** The mesh as a strand of a node. */
@org.jspecify.annotations.NullMarked
package io.sennit.node.mesh;
