package io.sennit.core.spi;

/** How {@code sennit-net} is found. */
public interface TransportProvider {
  /** Starts threads and opens nothing yet. */
  Transport open(SystemOptions options);

  /** The network half of a fabric. */
  interface Transport extends AutoCloseable {
    /** The next loop in turn. */
    Loop loop();

    /** The loop that never runs user code. */
    Loop quietLoop();

    /** Connections. */
    Links links();

    /** Packets. */
    Datagrams datagrams();

    /** Name lookups. */
    Names names();

    /** Starts user code. */
    Runner runner();

    @Override
    void close();
  }
}
