package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/** One message as the protocol describes it, put together and taken apart by hand. */
record Msg(
    long mux, long seq, long deadline, int handler, int op, int flags, byte[] payload, String hex) {
  static final int CRC = 1;
  static final int EOF = 2;
  static final int STATELESS = 4;
  static final int ERR = 8;
  static final int ZERO = 0x10;
  static final int SUBROUTE = 0x20;

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("[\\s|]", ""));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  String text() {
    return new String(payload, UTF_8);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  // --- writing

  static void uint(ByteArrayOutputStream out, long n) {
    if (n >= 0 && n < 128) {
      out.write((int) n);
    } else if (n >= 0 && n < 256) {
      out.writeBytes(hex("cc%02x".formatted(n)));
    } else if (n >= 0 && n < 65_536) {
      out.writeBytes(hex("cd%04x".formatted(n)));
    } else if (n >= 0 && n < 1L << 32) {
      out.writeBytes(hex("ce%08x".formatted(n)));
    } else {
      out.writeBytes(hex("cf%016x".formatted(n)));
    }
  }

  static void bin(ByteArrayOutputStream out, byte[] bytes) {
    if (bytes.length < 256) {
      out.writeBytes(hex("c4%02x".formatted(bytes.length)));
    } else if (bytes.length < 65_536) {
      out.writeBytes(hex("c5%04x".formatted(bytes.length)));
    } else {
      out.writeBytes(hex("c6%08x".formatted(bytes.length)));
    }
    out.writeBytes(bytes);
  }

  static void str(ByteArrayOutputStream out, String text) {
    var bytes = text.getBytes(UTF_8);
    if (bytes.length < 32) {
      out.write(0xa0 | bytes.length);
    } else {
      out.writeBytes(hex("d9%02x".formatted(bytes.length)));
    }
    out.writeBytes(bytes);
  }

  static byte[] bytes(
      long mux, long seq, long deadline, int handler, int op, int flags, byte[] payload) {
    var out = new ByteArrayOutputStream();
    out.write(0x97);
    uint(out, mux);
    uint(out, seq);
    uint(out, deadline);
    uint(out, handler);
    uint(out, op);
    uint(out, flags);
    bin(out, payload);
    if ((flags & CRC) != 0) {
      var all = out.toByteArray();
      int sum = (int) Hashing.xxh3_64().hashBytesToLong(all, 0, all.length);
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(sum).array());
    }
    return out.toByteArray();
  }

  /** Whether {@code one} dials {@code other}. */
  static boolean dials(String one, String other) {
    return Long.compareUnsigned(hash(one + other), hash(other + one)) < 0;
  }

  private static long hash(String text) {
    var bytes = text.getBytes(UTF_8);
    return Hashing.xxh3_64().hashBytesToLong(bytes, 0, bytes.length);
  }

  // --- reading

  private static long uint(ByteBuffer in) {
    int form = in.get() & 0xff;
    if (form < 128) {
      return form;
    }
    return switch (form) {
      case 0xcc -> in.get() & 0xff;
      case 0xcd -> in.getShort() & 0xffff;
      case 0xce -> in.getInt() & 0xffff_ffffL;
      case 0xcf -> in.getLong();
      default -> throw new AssertionError("no number: " + form);
    };
  }

  static byte[] bin(ByteBuffer in) {
    int form = in.get() & 0xff;
    int length =
        switch (form) {
          case 0xc4 -> in.get() & 0xff;
          case 0xc5 -> in.getShort() & 0xffff;
          case 0xc6 -> in.getInt();
          default -> throw new AssertionError("not binary: " + form);
        };
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  static Msg read(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    if (in.get() != (byte) 0x97) {
      throw new AssertionError("not an array of seven: " + hex(bytes));
    }
    long mux = uint(in);
    long seq = uint(in);
    long deadline = uint(in);
    int handler = (int) uint(in);
    int op = (int) uint(in);
    int flags = (int) uint(in);
    var payload = bin(in);
    if ((flags & SUBROUTE) != 0) {
      in.position(in.position() + 32);
    }
    if ((flags & CRC) != 0) {
      int end = in.position();
      int sum = (int) Hashing.xxh3_64().hashBytesToLong(bytes, 0, end);
      if (in.order(ByteOrder.LITTLE_ENDIAN).getInt() != sum) {
        throw new AssertionError("bad checksum: " + hex(bytes));
      }
    }
    var rest = op == 17 ? Arrays.copyOfRange(bytes, in.position(), bytes.length) : new byte[0];
    if (op != 17 && in.hasRemaining()) {
      throw new AssertionError("bytes left over: " + hex(bytes));
    }
    return new Msg(mux, seq, deadline, handler, op, flags, op == 17 ? rest : payload, hex(bytes));
  }
}
