package io.sennit.grid.wire;

import io.sennit.core.Incarnation;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a Sennit peer says in a handshake to be told from others and to prove itself;
 * docs/protocol/grid.md §9.6. Bytes are held as lower-case hex digits, and an empty text is a
 * missing one.
 *
 * @param life the process's incarnation
 * @param host from a dialer: the host string it dials; from an acceptor: its own
 * @param lost from a dialer: the {@link #channelId} of the last connection to this host that it
 *     lost
 * @param key which cluster key proves it: 8 digits
 * @param nonce 32 random bytes, new for each attempt
 * @param proof from an acceptor: its proof, 32 bytes, the last of the whole message
 */
public record Introduction(
    Optional<Incarnation> life, String host, String lost, String key, String nonce, String proof) {
  /** Bytes of a nonce, and of a proof. */
  public static final int SIZE = 32;

  /** Nothing is said: an original peer, or a Sennit peer of an earlier release. */
  public static final Introduction NONE = new Introduction(Optional.empty(), "", "", "", "", "");

  private static final int ID = 8;
  private static final int MAX_HOST = 1024;

  /** What both sides call the connection by whose acceptor said this. */
  public String channelId() {
    return nonce.isEmpty() ? "" : nonce.substring(0, 2 * ID);
  }

  /** The same with a proof. */
  public Introduction withProof(String hex) {
    return new Introduction(life, host, lost, key, nonce, hex);
  }

  int keys() {
    return (life.isPresent() ? 1 : 0)
        + (host.isEmpty() ? 0 : 1)
        + (lost.isEmpty() ? 0 : 1)
        + (key.isEmpty() ? 0 : 1)
        + (nonce.isEmpty() ? 0 : 1)
        + (proof.isEmpty() ? 0 : 1);
  }

  void write(MsgPackWriter out) {
    life.ifPresent(
        l ->
            out.writeString("inc")
                .writeBin(ByteBuffer.allocate(16).putLong(l.number()).putLong(l.unique()).array()));
    if (!host.isEmpty()) {
      out.writeString("host").writeString(host);
    }
    if (!lost.isEmpty()) {
      out.writeString("lost").writeBin(HexFormat.of().parseHex(lost));
    }
    if (!key.isEmpty()) {
      out.writeString("key").writeString(key);
    }
    if (!nonce.isEmpty()) {
      out.writeString("nonce").writeBin(HexFormat.of().parseHex(nonce));
    }
    if (!proof.isEmpty()) { // the last, so that it covers everything before it
      out.writeString("proof").writeBin(HexFormat.of().parseHex(proof));
    }
  }

  /** One key's value; the same record if the key is none of these, and nothing was read. */
  Introduction read(String name, MsgPackReader in) {
    return switch (name) {
      case "inc" -> new Introduction(life(in), host, lost, key, nonce, proof);
      case "host" ->
          new Introduction(life, in.readString("host", MAX_HOST), lost, key, nonce, proof);
      case "lost" -> new Introduction(life, host, hex(in, "lost", ID), key, nonce, proof);
      case "key" -> new Introduction(life, host, lost, in.readString("key", 64), nonce, proof);
      case "nonce" -> new Introduction(life, host, lost, key, hex(in, "nonce", SIZE), proof);
      case "proof" -> withProof(hex(in, "proof", SIZE));
      default -> {
        in.skip(Extensions.KEY);
        yield this;
      }
    };
  }

  private static Optional<Incarnation> life(MsgPackReader in) {
    var bytes = in.readBin("inc", 16);
    if (bytes.length != 16) {
      throw in.wrong("inc", "not 16 bytes");
    }
    var buffer = ByteBuffer.wrap(bytes);
    long number = buffer.getLong();
    if (number < 1) {
      throw in.wrong("inc", "not a positive number");
    }
    return Optional.of(new Incarnation(number, buffer.getLong()));
  }

  private static String hex(MsgPackReader in, String name, int size) {
    var bytes = in.readBin(name, size);
    if (bytes.length != size) {
      throw in.wrong(name, "not " + size + " bytes");
    }
    return HexFormat.of().formatHex(bytes);
  }
}
