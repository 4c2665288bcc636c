package io.sennit.cli.demo;

import io.sennit.core.spi.Fabric;
import io.sennit.node.Node;
import java.nio.file.Path;

/**
 * What a chapter's part in a worker process is given.
 *
 * @param node the worker's node, not yet connected to the front
 * @param fabric what the node stands on: links and packets to other workers go through the proxies
 *     between them, packets if both are bound to their node's address
 * @param index which worker it is, from 0
 * @param data a folder of this worker alone, there again when its process was killed and started
 */
public record WorkerScope(Node node, Fabric fabric, int index, Path data) {}
