package io.sennit.testkit.planted.core;

import io.sennit.testkit.planted.mesh.Notice;

/** Core that knows a strand. */
public final class Upward {
  final Notice notice = new Notice();
}
