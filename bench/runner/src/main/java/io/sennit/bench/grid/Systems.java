package io.sennit.bench.grid;

import java.util.List;

/** The systems that the suite compares. */
final class Systems {
  static final String SENNIT = "sennit";
  static final String RAW = "raw-netty";
  static final String SOCKET = "blocking-socket";
  static final String GRPC = "grpc-java";
  static final String RSOCKET = "rsocket-java";

  /**
   * One system.
   *
   * @param name as in reports
   * @param module the folder of its module
   * @param warmSeconds how long it runs before the first sample; gRPC needs 12 s to be itself on
   *     two cores, and gets more because its share for unary calls is not the whole
   */
  record Entry(String name, String module, double warmSeconds) {}

  static final List<Entry> ALL =
      List.of(
          new Entry(SENNIT, "sennit", 6),
          new Entry(RAW, "raw", 5),
          new Entry(SOCKET, "raw", 1.5),
          new Entry(GRPC, "grpc", 16),
          new Entry(RSOCKET, "rsocket", 6));

  private Systems() {}
}
