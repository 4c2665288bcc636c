package io.sennit.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is said before the first message: blocks of text that end in an empty line. */
final class Upgrade {
  private static final int LONGEST = 16 << 10;
  private static final byte[] END = {'\r', '\n', '\r', '\n'};

  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  void take(byte[] bytes) {
    held.writeBytes(bytes);
  }

  /** The next whole block without its end, or null. */
  @Nullable String block() {
    var bytes = held.toByteArray();
    for (int i = 0; i + END.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + END.length, END, 0, END.length)) {
        held.reset();
        held.write(bytes, i + END.length, bytes.length - i - END.length);
        return new String(bytes, 0, i, UTF_8);
      }
    }
    if (bytes.length > LONGEST) {
      throw new ProtocolException("upgrade", 0, "longer than " + LONGEST + " bytes");
    }
    return null;
  }

  /** What came after the last block. */
  byte[] rest() {
    var bytes = held.toByteArray();
    held.reset();
    return bytes;
  }

  static byte[] bytes(String block) {
    return (block + "\r\n\r\n").getBytes(UTF_8);
  }

  static String request(String path, Map<String, String> headers) {
    var text = new StringBuilder("GET ").append(path).append(" HTTP/1.1");
    // in an order of their own: the map's may differ from run to run
    new TreeMap<>(headers).forEach((k, v) -> text.append("\r\n").append(k).append(": ").append(v));
    return text.toString();
  }

  /** The path of a request, or null if it is none. */
  static @Nullable String path(String block) {
    var words = block.lines().findFirst().orElse("").split(" ", -1);
    return words.length == 3 && words[0].equals("GET") ? words[1] : null;
  }

  static Map<String, List<String>> headers(String block) {
    var headers = new LinkedHashMap<String, List<String>>();
    block
        .lines()
        .skip(1)
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              headers.put(
                  line.substring(0, colon).toLowerCase(Locale.ROOT),
                  List.of(line.substring(colon + 1).strip()));
            });
    return headers;
  }
}
