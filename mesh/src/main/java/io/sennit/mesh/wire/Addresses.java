package io.sennit.mesh.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Lists of {@code host:port}: IPv4 ones take seven bytes (4, the address, the port), others are
 * text (0, the length as a varint, the text).
 */
final class Addresses {
  private static final int MAX_TEXT = 300;

  private Addresses() {}

  static void write(WireWriter out, List<String> addresses) {
    out.varint(addresses.size());
    for (var address : addresses) {
      int mark = out.length();
      if (!writeV4(out, address)) {
        out.cut(mark);
        out.u8(0).text(address);
      }
    }
  }

  private static boolean writeV4(WireWriter out, String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      return false;
    }
    out.u8(4);
    int value = 0;
    int digits = 0;
    int parts = 0;
    for (int i = 0; i < colon; i++) {
      char c = address.charAt(i);
      if (c >= '0' && c <= '9' && (digits == 0 || value > 0)) {
        value = 10 * value + c - '0';
        digits++;
      } else if (c == '.' && digits > 0 && parts < 3) {
        out.u8(value);
        value = 0;
        digits = 0;
        parts++;
      } else {
        return false;
      }
      if (value > 255) {
        return false;
      }
    }
    if (parts != 3 || digits == 0) {
      return false;
    }
    out.u8(value);
    int port = port(address, colon + 1);
    if (port < 0) {
      return false;
    }
    out.u16(port);
    return true;
  }

  private static int port(String address, int from) {
    int length = address.length() - from;
    if (length < 1 || length > 5 || length > 1 && address.charAt(from) == '0') {
      return -1;
    }
    int port = 0;
    for (int i = from; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      port = 10 * port + c - '0';
    }
    return port > 65_535 ? -1 : port;
  }

  static List<String> read(WireReader in, int most) {
    int count = in.count("addresses", Math.min(most, in.remaining() / 2));
    var all = new ArrayList<String>(count);
    for (int i = 0; i < count; i++) {
      int kind = in.u8("address kind");
      switch (kind) {
        case 4 ->
            all.add(
                in.u8("ip")
                    + "."
                    + in.u8("ip")
                    + "."
                    + in.u8("ip")
                    + "."
                    + in.u8("ip")
                    + ":"
                    + in.u16("port"));
        case 0 -> all.add(in.text("address", MAX_TEXT));
        default -> throw in.bad("address kind", kind + " is not known");
      }
    }
    return all;
  }
}
