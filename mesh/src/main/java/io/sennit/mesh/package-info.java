/** Who is here, and how do I reach them: members, commands, requests, shared data. */
@org.jspecify.annotations.NullMarked
package io.sennit.mesh;
