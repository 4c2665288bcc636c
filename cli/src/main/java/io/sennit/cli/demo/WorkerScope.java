package io.sennit.cli.demo;

import io.sennit.node.Node;
import java.nio.file.Path;

/**
 * What a chapter's part in a worker process is given.
 *
 * @param node the worker's node, not yet connected to the front
 * @param index which worker it is, from 0
 * @param data a folder of this worker alone, there again when its process was killed and started
 */
public record WorkerScope(Node node, int index, Path data) {}
