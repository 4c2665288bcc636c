package io.sennit.sim;

import io.sennit.core.spi.Store.Range;
import io.sennit.core.storage.StoreBatch;
import io.sennit.core.storage.StoreChange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How batches lie on a simulated disk: each in a frame of length, checksum and body, so that what a
 * power cut left of one can be told from a whole one.
 */
final class Journal {
  private static final int HEAD = 8;
  private static final int LEAST_BODY = 4; // zeros are not the frame of an empty body

  private Journal() {}

  /** What could be read. */
  record Found(List<StoreBatch> batches, int length) {}

  /** A batch in its frame. */
  static byte[] frame(StoreBatch batch) {
    var body = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(body)) {
      out.writeInt(batch.changes().size());
      for (var change : batch.changes()) {
        write(change, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    var bytes = body.toByteArray();
    return ByteBuffer.allocate(HEAD + bytes.length)
        .putInt(bytes.length)
        .putInt(sum(bytes, 0, bytes.length))
        .put(bytes)
        .array();
  }

  /** The whole frames at the beginning, up to the first that is not whole. */
  static Found read(byte[] disk) {
    var batches = new ArrayList<StoreBatch>();
    var in = ByteBuffer.wrap(disk);
    int end = 0;
    while (in.remaining() >= HEAD) {
      int length = in.getInt();
      int sum = in.getInt();
      if (length < LEAST_BODY
          || length > in.remaining()
          || sum != sum(disk, in.position(), length)) {
        break;
      }
      batches.add(batch(disk, in.position(), length));
      in.position(in.position() + length);
      end = in.position();
    }
    return new Found(batches, end);
  }

  private static int sum(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static StoreBatch batch(byte[] disk, int from, int length) {
    var batch = new StoreBatch();
    try (var in = new DataInputStream(new ByteArrayInputStream(disk, from, length))) {
      for (int left = in.readInt(); left > 0; left--) {
        read(in, batch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // its checksum was right
    }
    return batch;
  }

  private static void write(StoreChange change, DataOutputStream out) throws IOException {
    switch (change) {
      case StoreChange.Append(var log, var index, var record) -> {
        head(0, log, out).writeLong(index);
        write(record, out);
      }
      case StoreChange.Cut(var log, var below) -> head(1, log, out).writeLong(below);
      case StoreChange.Truncate(var log, var from) -> head(2, log, out).writeLong(from);
      case StoreChange.DropLog(var log) -> head(3, log, out);
      case StoreChange.Put(var map, var key, var value) -> {
        write(key, head(4, map, out));
        write(value, out);
      }
      case StoreChange.Remove(var map, var key) -> write(key, head(5, map, out));
      case StoreChange.RemoveRange(var map, var range) -> {
        write(range.from(), head(6, map, out));
        write(range.to(), out);
      }
      case StoreChange.DropMap(var map) -> head(7, map, out);
    }
  }

  private static DataOutputStream head(int kind, String name, DataOutputStream out)
      throws IOException {
    out.writeByte(kind);
    out.writeUTF(name);
    return out;
  }

  private static void write(byte[] part, DataOutputStream out) throws IOException {
    out.writeInt(part.length);
    out.write(part);
  }

  private static void read(DataInputStream in, StoreBatch into) throws IOException {
    int kind = in.readByte();
    var name = in.readUTF();
    switch (kind) {
      case 0 -> into.append(name, in.readLong(), part(in));
      case 1 -> into.cut(name, in.readLong());
      case 2 -> into.truncate(name, in.readLong());
      case 3 -> into.dropLog(name);
      case 4 -> into.put(name, part(in), part(in));
      case 5 -> into.remove(name, part(in));
      case 6 -> into.removeRange(name, Range.between(part(in), part(in)));
      case 7 -> into.dropMap(name);
      default -> throw new IOException("no change of kind " + kind);
    }
  }

  private static byte[] part(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
