package io.sennit.session.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.ProtocolException;
import io.sennit.session.OverlayAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Packets and handshakes as JSON ({@code docs/protocol/session.md} §2). Written as the original
 * writes them, byte for byte; read as leniently as it reads: any case of the keys, keys that are
 * missing, null, unknown or repeated (the last counts).
 */
public final class RoutingJson {
  /** Addresses that one packet or handshake may hold. */
  public static final int MAX_ADDRESSES = 1 << 17;

  /** Bytes of the longest packet that is read unless said otherwise. */
  public static final int MAX_BYTES = 64 << 20;

  private static final Base64.Encoder BASE64 = Base64.getEncoder();
  private static final OverlayAddress NOBODY = OverlayAddress.parseText("");

  private RoutingJson() {}

  /** Writes a packet. */
  public static byte[] encode(RoutingPacket packet) {
    var out = new StringBuilder(64 + packet.message().length * 4 / 3);
    out.append("{\"Source\":");
    bytes(out, packet.source().marshalText());
    out.append(",\"Dest\":");
    addresses(out, packet.destinations());
    out.append(",\"Message\":");
    bytes(out, packet.message());
    return out.append('}').toString().getBytes(ISO_8859_1);
  }

  /** Writes a handshake. */
  public static byte[] encode(RoutingHandshake handshake) {
    var out = new StringBuilder(32 + handshake.addresses().size() * 40);
    out.append("{\"Height\":").append(handshake.height()).append(",\"Addresses\":");
    addresses(out, handshake.addresses());
    return out.append('}').toString().getBytes(ISO_8859_1);
  }

  private static void addresses(StringBuilder out, List<OverlayAddress> addresses) {
    out.append('[');
    for (int i = 0; i < addresses.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      bytes(out, addresses.get(i).marshalText());
    }
    out.append(']');
  }

  private static void bytes(StringBuilder out, byte[] bytes) {
    out.append('"').append(new String(BASE64.encode(bytes), ISO_8859_1)).append('"');
  }

  /**
   * Reads a packet of at most {@link #MAX_BYTES}.
   *
   * @throws ProtocolException naming the field
   */
  public static RoutingPacket decodePacket(byte[] json) {
    return decodePacket(json, MAX_BYTES);
  }

  /**
   * Reads a packet.
   *
   * @param mostBytes a longer one is refused before it is looked at
   * @throws ProtocolException naming the field
   */
  public static RoutingPacket decodePacket(byte[] json, int mostBytes) {
    var fields =
        new Object() {
          byte[] source = new byte[0];
          List<OverlayAddress> destinations = List.of();
          byte[] message = new byte[0];
        };
    read(
        "packet",
        json,
        mostBytes,
        (in, key) -> {
          if (key.equalsIgnoreCase("Source")) {
            fields.source = in.bytes("Source");
          } else if (key.equalsIgnoreCase("Dest")) {
            fields.destinations = addresses(in, "Dest");
          } else if (key.equalsIgnoreCase("Message")) {
            fields.message = in.bytes("Message");
          } else {
            in.skip();
          }
        });
    return new RoutingPacket(
        OverlayAddress.parseText(fields.source), fields.destinations, fields.message);
  }

  /**
   * Reads a handshake; {@code {}} has height 0 and nobody.
   *
   * @throws ProtocolException naming the field
   */
  public static RoutingHandshake decodeHandshake(byte[] json) {
    var fields =
        new Object() {
          int height;
          List<OverlayAddress> addresses = List.of();
        };
    read(
        "handshake",
        json,
        MAX_BYTES,
        (in, key) -> {
          if (key.equalsIgnoreCase("Height")) {
            fields.height = in.integer("Height", fields.height);
          } else if (key.equalsIgnoreCase("Addresses")) {
            fields.addresses = addresses(in, "Addresses");
          } else {
            in.skip();
          }
        });
    return new RoutingHandshake(fields.height, fields.addresses);
  }

  private static List<OverlayAddress> addresses(JsonInput in, String field) {
    var addresses = new ArrayList<OverlayAddress>();
    in.elements(
        field,
        () -> {
          if (addresses.size() == MAX_ADDRESSES) {
            throw new ProtocolException(
                field, in.offset(), "more than " + MAX_ADDRESSES + " addresses");
          }
          var text = in.bytes(field);
          addresses.add(text.length == 0 ? NOBODY : OverlayAddress.parseText(text));
        });
    return addresses;
  }

  private static void read(String what, byte[] json, int mostBytes, JsonInput.Field reader) {
    if (json.length > mostBytes) {
      throw new ProtocolException(what, 0, json.length + " bytes, at most " + mostBytes);
    }
    JsonInput.object(what, new String(json, UTF_8), reader);
  }
}
