package io.sennit.session.engine;

import io.sennit.session.OverlayAddress;
import io.sennit.session.SessionReason;

/** Who uses one end of a session; called on the loop, must not block. */
public interface SessionUser {
  /**
   * Takes a message.
   *
   * @return false if there is no room for it: then it is refused for good
   */
  boolean message(OverlayAddress source, byte[] message);

  /** What became of a player; for the initiator only. */
  void news(OverlayAddress about, SessionReason reason, String text);

  /** The session is over; nothing comes after it. */
  void over(SessionReason reason, String text);
}
