package io.sennit.net;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Looks one name up in a hosts file: an address and its names a line, comments after a hash. */
final class HostsFile {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private HostsFile() {}

  /**
   * The addresses of a name, in the file's order; none if it is not there, or no file is. Blocks.
   *
   * @throws IOException if the file is there and cannot be read
   */
  static List<InetAddress> find(Path file, String host) throws IOException {
    var found = new ArrayList<InetAddress>();
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines.forEach(line -> look(line, host, found));
    } catch (NoSuchFileException _) {
      return found;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return found;
  }

  private static void look(String line, String host, List<InetAddress> found) {
    int comment = line.indexOf('#');
    var words = SPACE.split((comment < 0 ? line : line.substring(0, comment)).strip());
    for (int i = 1; i < words.length; i++) {
      if (words[i].equalsIgnoreCase(host)) {
        byte[] ip = NetUtil.createByteArrayFromIpAddressString(words[0]);
        if (ip != null) {
          found.add(address(ip));
        }
        return;
      }
    }
  }

  static InetAddress address(byte[] ip) {
    try {
      return InetAddress.getByAddress(ip);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }
}
