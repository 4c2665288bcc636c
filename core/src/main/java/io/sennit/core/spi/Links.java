package io.sennit.core.spi;

import io.sennit.core.Address;
import io.sennit.core.RejectedException;

/** Dials and listens. Methods may be called from any thread; events come on the loops named. */
public interface Links {
  /**
   * Starts a connection whose loop is {@code loop}. It ends in {@link Link.Handler#opened} (after
   * TLS and upgrade) or, instead of it, in {@link Link.Handler#closed} with the reason; every
   * lookup resolves the name anew. {@link Link#abort} on the returned link gives up dialing; until
   * it has opened, no other method of it may be used.
   */
  Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler);

  /**
   * Accepts connections. Listening at the same address with another path of {@link Opening.Answer}
   * shares the port. {@code done} comes on {@code loop} once the port is bound, or with the reason
   * it could not be.
   */
  void listen(Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done);

  /** Who takes accepted links. */
  interface Acceptor {
    /** The loop the next accepted link shall live on; any thread may call it. */
    Loop place();

    /**
     * Takes a link after TLS and before the upgrade is answered, on the loop that {@link #place}
     * gave; {@link Link.Handler#opened} follows when the opening is done.
     *
     * @throws RejectedException to refuse it
     */
    Link.Handler accept(Link link) throws RejectedException;
  }

  /** An open port. */
  interface Listener extends AutoCloseable {
    /** Where it listens, with the port that was given. */
    Address address();

    /**
     * Connections to its port that came to no acceptor and were ended, since it opened: their TLS
     * failed, their request was bad or late, or too many were opening. Of the port, if several
     * share it; none where connections need no opening. Any thread.
     */
    default long dropped() {
      return 0;
    }

    /** Stops accepting; links already accepted live on. Idempotent, any thread. */
    @Override
    void close();
  }
}
