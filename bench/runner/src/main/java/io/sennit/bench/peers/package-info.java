/** Processes of peers: starting, asking, pinning, and watching who else uses the machine. */
package io.sennit.bench.peers;
