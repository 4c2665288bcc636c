package io.sennit.mesh.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** What has happened so far; on the loop. Counted per process, except where it says otherwise. */
final class Counters {
  long packetsIn;
  long packetsOut;
  long bytesIn;
  long bytesOut;
  long retried;
  long lost;
  long falseLosses;
  long givenUp;
  long lossyDropped;
  long pathShrunk;
  long noRoom;
  long duplicates;
  long malformed;
  long unknownSender;
  long notOpened;
  long otherCluster;
  long staleLife;
  long cookies;
  long resetsSent;
  long resetsTaken;
  long resetsForged;
  long floods;
  long handshakes;
  long sessionsEnded;
  long soloIn;
  long soloOut;

  Map<String, Long> toMap() {
    var all = new LinkedHashMap<String, Long>();
    all.put("packets_in", packetsIn);
    all.put("packets_out", packetsOut);
    all.put("bytes_in", bytesIn);
    all.put("bytes_out", bytesOut);
    all.put("parts_sent_again", retried);
    all.put("packets_lost", lost);
    all.put("packets_lost_falsely", falseLosses);
    all.put("messages_given_up", givenUp);
    all.put("lossy_dropped", lossyDropped);
    all.put("paths_shrunk", pathShrunk);
    all.put("refused_no_room", noRoom);
    all.put("refused_duplicate", duplicates);
    all.put("refused_malformed", malformed);
    all.put("refused_unknown_session", unknownSender);
    all.put("refused_not_authentic", notOpened);
    all.put("refused_other_cluster", otherCluster);
    all.put("refused_stale_life", staleLife);
    all.put("refused_flood", floods);
    all.put("refused_forged_reset", resetsForged);
    all.put("cookies_sent", cookies);
    all.put("resets_sent", resetsSent);
    all.put("resets_taken", resetsTaken);
    all.put("handshakes", handshakes);
    all.put("sessions_ended", sessionsEnded);
    all.put("solo_in", soloIn);
    all.put("solo_out", soloOut);
    return all;
  }
}
