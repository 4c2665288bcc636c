package io.sennit.bench.grid;

import io.sennit.bench.peers.BenchHome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The systems that the suite compares. */
final class Systems {
  static final String SENNIT = "sennit";
  static final String THIS = "this";
  static final String OTHER = "other";
  static final String RAW = "raw-netty";
  static final String SOCKET = "blocking-socket";
  static final String GRPC = "grpc-java";
  static final String RSOCKET = "rsocket-java";

  /**
   * One system.
   *
   * @param name as in reports
   * @param peer what its module calls it
   * @param module the folder of its module
   * @param warmSeconds how long it runs before the first sample; gRPC needs 12 s to be itself on
   *     two cores, and gets more because its share for unary calls is not the whole
   * @param builtIn the build it is of; null: this one
   */
  record Entry(
      String name, String peer, String module, double warmSeconds, @Nullable BenchHome builtIn) {
    Entry(String name, String module, double warmSeconds) {
      this(name, name, module, warmSeconds, null);
    }
  }

  /** The grid of this build and that of another one. */
  static List<Entry> beside(BenchHome other) {
    return List.of(
        new Entry(THIS, SENNIT, "sennit", 6, null), new Entry(OTHER, SENNIT, "sennit", 6, other));
  }

  static final List<Entry> ALL =
      List.of(
          new Entry(SENNIT, "sennit", 6),
          new Entry(RAW, "raw", 5),
          new Entry(SOCKET, "raw", 1.5),
          new Entry(GRPC, "grpc", 16),
          new Entry(RSOCKET, "rsocket", 6));

  private Systems() {}
}
