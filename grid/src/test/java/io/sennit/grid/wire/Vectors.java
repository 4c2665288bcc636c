package io.sennit.grid.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The worked examples of the protocol: bytes checked against the original, and what they mean. */
final class Vectors {
  /** 1 700 000 000 s and half a second. */
  static final Instant TIME = Instant.ofEpochSecond(1_700_000_000L, 500_000_000L);

  static final String TIME_HEX = "c7 0c 05 00000000 6553f100 1dcd6500";
  static final UUID ID = new UUID(0x0001020304050607L, 0x08090a0b0c0d0e0fL);

  /** A message and its bytes. */
  record Vector(String name, Message message, boolean checksum, byte[] bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Map<String, Vector> ALL = new LinkedHashMap<>();

  private Vectors() {}

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static void add(
      String name,
      long mux,
      int seq,
      int deadline,
      int handler,
      Op op,
      int flags,
      byte[] payload,
      @Nullable SubrouteId route,
      boolean crc,
      String hex) {
    var message = new Message(mux, seq, deadline, handler, op.code(), flags, payload, route);
    ALL.put(name, new Vector(name, message, crc, Hex.bytes(hex)));
  }

  private static void plain(
      String name, long mux, int seq, Op op, int flags, byte[] payload, String hex) {
    add(name, mux, seq, 0, 0, op, flags, payload, null, false, hex);
  }

  static {
    var hi = utf8("hi");
    byte[] none = {};
    var route = SubrouteId.of(9, "a/b");
    add(
        "E1 request",
        1,
        0,
        60_000,
        9,
        Op.REQUEST,
        Flags.EOF,
        hi,
        null,
        false,
        "97 01 00 cd ea60 09 0e 02 c4 02 6869");
    add(
        "E2 with checksum",
        1,
        0,
        60_000,
        9,
        Op.REQUEST,
        Flags.EOF,
        hi,
        null,
        true,
        "97 01 00 cd ea60 09 0e 03 c4 02 6869 | 33 5e 81 d0");
    add(
        "E3 with subroute",
        1,
        0,
        60_000,
        9,
        Op.REQUEST,
        Flags.EOF | Flags.SUBROUTE,
        hi,
        route,
        true,
        "97 01 00 cd ea60 09 0e 23 c4 02 6869 | 0900ddc0 33f64b9d ea80ea67 5cf280a0 15e67251"
            + " 6090a562 6781153d c68fea11 | fc c4 3b 63");
    add(
        "E4 ok",
        1,
        0,
        0,
        0,
        Op.RESPONSE,
        Flags.EOF,
        utf8("ok"),
        null,
        true,
        "97 01 00 00 00 0f 03 c4 02 6f6b | d8 ad 46 f1");
    plain("E4 absent", 1, 0, Op.RESPONSE, Flags.EOF, none, "97 01 00 00 00 0f 02 c4 00");
    plain(
        "E4 empty", 1, 0, Op.RESPONSE, Flags.EOF | Flags.ZERO, none, "97 01 00 00 00 0f 12 c4 00");
    plain(
        "E4 error",
        1,
        0,
        Op.RESPONSE,
        Flags.EOF | Flags.ERROR,
        utf8("boom"),
        "97 01 00 00 00 0f 0a c4 04 626f6f6d");
    add(
        "E4 ack",
        5,
        0,
        0,
        0,
        Op.ACK_MUX,
        0,
        none,
        null,
        true,
        "97 05 00 00 00 0d 01 c4 00 | 14 e5 03 b9");
    add(
        "E6 ping N25",
        0,
        0,
        10_000,
        0,
        Op.PING,
        0,
        Pings.ping(TIME),
        null,
        false,
        "97 00 00 cd 2710 00 03 00 c4 12 81 a1 74" + TIME_HEX);
    add(
        "E6 pong N25",
        0,
        0,
        10_000,
        0,
        Op.PONG,
        0,
        new Pings.Pong(false, java.util.Optional.empty(), java.util.Optional.of(TIME)).encode(),
        null,
        true,
        "97 00 00 cd 2710 00 04 01 c4 19 83 a2 6e66 c2 a1 65 c0 a1 74"
            + TIME_HEX
            + "| 2e be 45 9e");
    add(
        "E6 ping S24",
        0,
        0,
        5_000,
        0,
        Op.PING,
        0,
        none,
        null,
        false,
        "97 00 00 cd 1388 00 03 00 c4 00");
    plain(
        "E7 connect",
        0,
        0,
        Op.CONNECT,
        0,
        new ConnectRequest(
                ID,
                "http://a:9000",
                java.util.Optional.of(TIME),
                java.util.Optional.of("debug"),
                Extensions.NONE)
            .encode(),
        "97 00 00 00 00 01 00 c4 49 84 a2 4944 c4 10 000102030405060708090a0b0c0d0e0f"
            + " a4 486f7374 ad 687474703a2f2f613a39303030 a4 54696d65 "
            + TIME_HEX
            + " a5 546f6b656e a5 6465627567");
    plain(
        "E7 accepted",
        0,
        0,
        Op.CONNECT_RESPONSE,
        0,
        new ConnectResponse(ID, true, "", Extensions.NONE).encode(),
        "97 00 00 00 00 02 00 c4 30 83 a2 4944 c4 10 000102030405060708090a0b0c0d0e0f"
            + " a8 4163636570746564 c3 ae 52656a6563746564526561736f6e a0");
    add(
        "E8 connect",
        7,
        0,
        0,
        9,
        Op.CONNECT_MUX,
        0,
        utf8("p"),
        null,
        false,
        "97 07 00 00 09 05 00 c4 01 70");
    plain("E8 ack", 7, 0, Op.ACK_MUX, 0, none, "97 07 00 00 00 0d 00 c4 00");
    plain("E8 client item", 7, 1, Op.MUX_CLIENT_MSG, 0, utf8("q"), "97 07 01 00 00 09 00 c4 01 71");
    plain("E8 unblock client", 7, 1, Op.UNBLOCK_CLIENT_MUX, 0, none, "97 07 01 00 00 0c 00 c4 00");
    plain("E8 server item", 7, 2, Op.MUX_SERVER_MSG, 0, utf8("r"), "97 07 02 00 00 0a 00 c4 01 72");
    plain("E8 unblock server", 7, 2, Op.UNBLOCK_SERVER_MUX, 0, none, "97 07 02 00 00 0b 00 c4 00");
    plain("E8 mux ping", 7, 3, Op.PING, 0, none, "97 07 03 00 00 03 00 c4 00");
    plain(
        "E8 mux pong",
        7,
        3,
        Op.PONG,
        0,
        new Pings.Pong(false, java.util.Optional.empty(), java.util.Optional.of(WireTime.ZERO))
            .encode(),
        "97 07 03 00 00 04 00 c4 19 83 a2 6e66 c2 a1 65 c0 a1 74"
            + " c7 0c 05 fffffff1886e0900 00000000");
    plain("E8 client end", 7, 4, Op.MUX_CLIENT_MSG, Flags.EOF, none, "97 07 04 00 00 09 02 c4 00");
    plain("E8 server end", 7, 3, Op.MUX_SERVER_MSG, Flags.EOF, none, "97 07 03 00 00 0a 02 c4 00");
    plain("E8 cleanup", 7, 0, Op.DISCONNECT_CLIENT_MUX, 0, none, "97 07 00 00 00 07 00 c4 00");
  }

  static Iterable<Vector> all() {
    return ALL.values();
  }

  static java.util.stream.Stream<Vector> stream() {
    return ALL.values().stream();
  }
}
