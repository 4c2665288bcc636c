package io.sennit.grid.engine;

/**
 * Plain counters of one channel, written by its loop; readers elsewhere may see them a turn late.
 */
final class Counts {
  long calls;
  long served;
  long bytesIn;
  long bytesOut;
  long messagesIn;
  long messagesOut;
  long droppedAnswers;
  long unknownOps;

  void add(Counts other) {
    calls += other.calls;
    served += other.served;
    bytesIn += other.bytesIn;
    bytesOut += other.bytesOut;
    messagesIn += other.messagesIn;
    messagesOut += other.messagesOut;
    droppedAnswers += other.droppedAnswers;
    unknownOps += other.unknownOps;
  }
}
