package io.sennit.causal.crdt;

import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.wire.FrameReader;
import io.sennit.causal.wire.FrameWriter;
import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/** A change of a {@link DotMap}; docs/protocol/causal.md §9. */
public sealed interface DotOperation {
  /** The most entries one operation takes away; writers at the same time are fewer. */
  int MAX_SEEN = 4096;

  /** Which key. */
  Octets key();

  /** What its publisher saw there, and is taken away. */
  List<Dot> seen();

  /** A value is put in place of those seen. */
  record Put(Octets key, Octets value, List<Dot> seen) implements DotOperation {
    /** Keeps a copy. */
    public Put {
      seen = List.copyOf(seen);
    }
  }

  /** Those seen are removed. */
  record Remove(Octets key, List<Dot> seen) implements DotOperation {
    /** Keeps a copy. */
    public Remove {
      seen = List.copyOf(seen);
    }
  }

  /** As bytes. */
  default byte[] encode() {
    var out = new FrameWriter();
    out.number(this instanceof Put ? 1 : 2).bytes(key().toBytes());
    if (this instanceof Put put) {
      out.bytes(put.value.toBytes());
    }
    out.number(seen().size());
    for (var dot : seen()) {
      out.origin(dot.origin()).number(dot.seq());
    }
    return out.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ProtocolException if it is something else
   */
  static DotOperation decode(byte[] bytes) {
    var in = new FrameReader(bytes);
    long kind = in.number("kind");
    if (kind != 1 && kind != 2) {
      throw in.wrong("kind", "is 1 or 2, not " + kind);
    }
    var key = Octets.of(in.bytes("key", bytes.length));
    var value = kind == 1 ? Octets.of(in.bytes("value", bytes.length)) : Octets.EMPTY;
    int count = in.count("seen", MAX_SEEN);
    var seen = new ArrayList<Dot>();
    for (int i = 0; i < count; i++) {
      seen.add(new Dot(in.origin("seen"), in.seq("seen")));
    }
    in.end();
    return kind == 1 ? new Put(key, value, seen) : new Remove(key, seen);
  }
}
