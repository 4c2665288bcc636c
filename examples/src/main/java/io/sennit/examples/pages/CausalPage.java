package io.sennit.examples.pages;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;

import io.sennit.causal.Causal;
import io.sennit.causal.CausalGroup;
import io.sennit.causal.Group;
import io.sennit.causal.Octets;
import io.sennit.causal.OrSet;
import io.sennit.causal.Stamp;
import io.sennit.causal.Visibility;
import io.sennit.core.codec.Codec;

/** The snippets of docs/causal.md. */
final class CausalPage {
  // snippet: causal-contract
  static final Group<String> NOTES = Group.of("notes", Codec.STRING);

  // end

  private CausalPage() {}

  static CausalGroup<String> join(Causal causal) {
    // snippet: causal-join
    CausalGroup<String> notes =
        causal.join( // node.causal()
            NOTES,
            (note, stamp, writes) ->
                writes.put(Octets.utf8(stamp.dot().toString()), note.getBytes(UTF_8)));
    // end
    return notes;
  }

  static String publish(CausalGroup<String> notes) throws InterruptedException {
    // snippet: causal-publish
    Stamp stamp = notes.publish("hello"); // durable here
    String said =
        switch (notes.awaitVisible(stamp, notes.members(), within(ofSeconds(10)))) {
          case Visibility.Everywhere(var took) -> "everywhere";
          case Visibility.StillMissing(var behind) -> "not yet at " + behind;
        };
    // end
    return said;
  }

  static boolean share(CausalGroup<String> notes) throws InterruptedException {
    // snippet: causal-set
    OrSet<String> searches = notes.orSet("searches", Codec.STRING);
    searches.add("error 42"); // returns when it is durable here
    boolean there = searches.contains("error 42"); // from memory, at once
    // end
    return there;
  }
}
