package io.sennit.grid;

import io.sennit.core.Outcome;

/** Where those who work write down what they do, before they do it. */
interface Ledger {
  /** A call begins. */
  void began(long id);

  /** A call's handler runs. */
  void ran(long id);

  /** A call was answered, with the right answer or another's. */
  void ok(long id, boolean right);

  /** A call failed. */
  void failed(long id, Outcome outcome);

  /** By how much a call's end, or its handler's return, came after its deadline; 0 if before. */
  void overran(long id, long millis);

  /** Somebody broke a rule that honest peers keep; {@code id} is of the call or stream. */
  void breach(long id, String rule);

  /** A stream begins. */
  void opened(long id);

  /** An item is about to be sent, up (by the caller) or down. */
  void sent(long id, boolean up, int index);

  /** A direction is about to be ended, after so many items. */
  void ended(long id, boolean up, int count);

  /** An item came, as the so-manieth. */
  void received(long id, boolean up, int index, byte[] item);

  /** The end came, after so many items. */
  void cleanEnd(long id, boolean up, int count);

  /** What a handler says it took (-1: it did not say), beside what its caller sent. */
  void confirmed(long id, int took, int sent);
}
