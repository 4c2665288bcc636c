package io.sennit.grid.payload;

import io.sennit.core.SennitException;
import io.sennit.grid.Output;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Lets code that writes to an {@link OutputStream} write to a stream of the grid: each write sends
 * one item with a copy of the bytes, waiting for credit. Writes of nothing send nothing. Put a
 * {@link java.io.BufferedOutputStream} around it for code that writes single bytes. Closing it does
 * not end the stream. When the stream has ended or failed, writes throw its {@link
 * SennitException}. seed: {@code WriterToChannel}.
 */
public final class OutputWriter extends OutputStream {
  private final Output<byte[]> out;

  /** Onto a stream's output. */
  public OutputWriter(Output<byte[]> out) {
    this.out = out;
  }

  @Override
  public void write(int one) {
    out.send(new byte[] {(byte) one});
  }

  @Override
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (length > 0) {
      out.send(Arrays.copyOfRange(bytes, from, from + length));
    }
  }
}
