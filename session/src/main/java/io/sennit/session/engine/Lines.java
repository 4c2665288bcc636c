package io.sennit.session.engine;

import io.sennit.core.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;

/**
 * The lines of a node: one to each peer that it dials, shared by all relays to it and kept for a
 * while after the last, and those that were accepted. Seed: {@code session.ConnectionManager}; a
 * relay on a line is a lease.
 */
final class Lines {
  private final SessionEngine engine;
  private final LinkedHashMap<Address, Line> dialed = new LinkedHashMap<>();
  private final LinkedHashSet<Line> all = new LinkedHashSet<>();

  Lines(SessionEngine engine) {
    this.engine = engine;
  }

  /** The line to a peer; dialed if there is none. Seed: {@code Acquire}. */
  Line to(Address peer) {
    var line = dialed.get(peer);
    if (line != null && !line.isClosed()) {
      return line;
    }
    var made = new Line(engine, peer);
    dialed.put(peer, made);
    all.add(made);
    engine.dial(peer, made);
    return made;
  }

  /** A line that a peer has dialed. */
  Line accepted() {
    var line = new Line(engine, null);
    all.add(line);
    return line;
  }

  void forget(Line line) {
    all.remove(line);
    dialed.values().remove(line);
  }

  /** Open and opening lines. Seed: {@code Len}. */
  int size() {
    return all.size();
  }

  /** Relays on all lines. */
  int relays() {
    return all.stream().mapToInt(Line::relays).sum();
  }

  void closeAll() {
    for (var line : new ArrayList<>(all)) {
      line.close();
    }
  }
}
