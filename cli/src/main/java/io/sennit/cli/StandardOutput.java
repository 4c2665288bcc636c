package io.sennit.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it could not be written: a {@link PrintStream} keeps silent
 * about it, and a command whose output is lost has not done what it was asked.
 */
final class StandardOutput extends OutputStream {
  private static final int BUFFER = 8192;

  private final OutputStream to;
  private volatile @Nullable IOException failure;

  /** In front of another stream. */
  StandardOutput(OutputStream to) {
    this.to = to;
  }

  /** Puts one before the process's standard output. */
  static StandardOutput install() {
    var output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    var charset = Charset.forName(System.getProperty("stdout.encoding", "UTF-8"));
    System.setOut(new PrintStream(new BufferedOutputStream(output, BUFFER), true, charset));
    return output;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      to.write(bytes, from, count);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }

  /** Why something could not be written; empty if a reader has only left, having seen enough. */
  Optional<IOException> loss() {
    var why = failure;
    return why == null || isPipe(why) ? Optional.empty() : Optional.of(why);
  }

  private static boolean isPipe(IOException why) {
    if (String.valueOf(why.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
      return true;
    }
    try {
      var device = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return device.startsWith("pipe:") || device.startsWith("socket:");
    } catch (IOException e) {
      return false; // not a Linux; the message has to do
    }
  }
}
