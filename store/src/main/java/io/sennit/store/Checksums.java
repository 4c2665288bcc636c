package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.spi.Store.Bounds;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A CRC32C for each row. It covers where the row belongs as well as what it holds, so that a row
 * that turns up in the wrong place is damage too. One thread.
 */
final class Checksums {
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer head = ByteBuffer.allocate(24);

  long record(long log, long index, byte[] body) {
    head.clear().putLong(log).putLong(index);
    return sum(head.position(), body);
  }

  long entry(long map, byte[] key, byte[] value) {
    head.clear().putLong(map).putInt(key.length);
    sum(head.position(), key);
    crc.update(value);
    return crc.getValue();
  }

  long log(long id, String name, Bounds bounds) {
    head.clear().putLong(id).putLong(bounds.first()).putLong(bounds.next());
    return sum(head.position(), name.getBytes(UTF_8));
  }

  long map(long id, String name) {
    head.clear().putLong(id);
    return sum(head.position(), name.getBytes(UTF_8));
  }

  private long sum(int headBytes, byte[] body) {
    crc.reset();
    crc.update(head.array(), 0, headBytes);
    crc.update(body);
    return crc.getValue();
  }
}
