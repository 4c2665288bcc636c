package io.sennit.cli.demo;

import io.sennit.node.Node;

/**
 * What a chapter's part in a worker process is given.
 *
 * @param node the worker's node, not yet connected to the front
 * @param index which worker it is, from 0
 */
public record WorkerScope(Node node, int index) {}
