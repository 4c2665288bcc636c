package io.sennit.core.spi;

import io.sennit.core.ConfigException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@link Fabric#system(SystemOptions)} uses the machine.
 *
 * @param loops event loops for links and engines, 1 to 256; the quiet loop is one more
 * @param data the folder of stores and locks; empty: nothing durable can be opened
 * @param nativeTransport whether epoll is used where it loads (NIO otherwise)
 * @param listener told what happens to loops, links, ports and stores
 */
public record SystemOptions(
    int loops, Optional<Path> data, boolean nativeTransport, FabricListener listener) {
  /** Checks the range. */
  public SystemOptions {
    if (loops < 1 || loops > 256) {
      throw new ConfigException("loops", String.valueOf(loops), "a number from 1 to 256");
    }
  }

  /** Half the processors (at least one) as loops, no data folder, epoll where it loads. */
  public static SystemOptions defaults() {
    return new SystemOptions(
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        Optional.empty(),
        true,
        FabricListener.NONE);
  }

  /** The same with a folder for stores and locks. */
  public SystemOptions withData(Path folder) {
    return new SystemOptions(loops, Optional.of(folder), nativeTransport, listener);
  }

  /** The same with another number of loops. */
  public SystemOptions withLoops(int count) {
    return new SystemOptions(count, data, nativeTransport, listener);
  }

  /** The same with epoll where it loads, or with NIO everywhere. */
  public SystemOptions withNativeTransport(boolean wanted) {
    return new SystemOptions(loops, data, wanted, listener);
  }

  /** The same with a listener. */
  public SystemOptions withListener(FabricListener told) {
    return new SystemOptions(loops, data, nativeTransport, told);
  }
}
