package io.sennit.shards.engine;

import io.sennit.shards.wire.own.Own;
import java.util.List;

/** What an origin says at the end of a state. */
public final class StateHashes {
  private StateHashes() {}

  /** Of these pieces. */
  public static Own.End end(List<byte[]> pieces) {
    var hash = new StateHash();
    pieces.forEach(hash::add);
    return new Own.End(hash.count(), hash.bytes(), hash.hash());
  }
}
