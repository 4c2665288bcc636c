package io.sennit.causal.engine;

import io.sennit.core.Address;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import org.jspecify.annotations.Nullable;

/**
 * Another member as one member sees it: the link to it, what it has, and how far what is sent to it
 * has come. Each has a cursor of its own in the log and a backoff of its own, so none waits for
 * another.
 */
final class Member {
  final String name;
  final Address address;
  final Loop.Timer redial;

  /** What it said is durable there; of the last link, if there is none now. */
  Clock acked = new Clock();

  /** Whether it said so in this life of ours. */
  boolean heard;

  /** What it had at the last look for gaps. */
  Clock hadBefore = new Clock();

  /** What was sent on this link, or it said it has. */
  Clock sent = new Clock();

  /** Position in the log of the next record to look at for it. */
  long cursor;

  /** Below this position it gets operations of all origins, above it ours only. */
  long relayEnd;

  boolean reading;
  @Nullable Link link;
  int failures;
  long lastHeard;
  long opsSent;
  long opsReceived;
  long links;

  Member(String name, Address address, Loop.Timer redial) {
    this.name = name;
    this.address = address;
    this.redial = redial;
  }

  boolean isConnected() {
    return link != null;
  }

  /** A new link: what was sent on the old one may be lost. */
  void greeted(Link by, Clock has, LogIndex index, long now) {
    link = by;
    links++;
    failures = 0;
    heard = true;
    lastHeard = now;
    acked = has;
    hadBefore = has.copy();
    sent = has.copy();
  }
}
