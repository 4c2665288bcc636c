package io.sennit.grid.engine;

import io.sennit.core.Incarnation;
import io.sennit.core.Tls;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.Generation;
import io.sennit.grid.wire.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * All that is fixed when a manager starts.
 *
 * @param local this side's host string
 * @param id the manager's instance
 * @param life which life of the process this is
 * @param trust how peers are told from strangers
 * @param route the HTTP path
 * @param tls certificates for {@code https} hosts
 * @param generation the form a dialer tries first
 * @param strictHandshake whether dialers must send time and token in the handshake
 * @param extensions whether the Sennit extensions are offered
 * @param maxMessage bytes of the longest message
 * @param queueBytes payload bytes queued towards one peer
 * @param window bytes a peer may send ahead on a stream
 * @param received bytes one peer may make this side hold
 * @param receivedInAll bytes all peers together may
 * @param maxHandlers handlers of one peer's calls and streams running at once
 * @param callDeadline of calls that set none
 * @param handshake limit of the grid handshake
 * @param ping interval of connection pings; a pong older than two ends the connection
 * @param muxPing interval of stream pings; two without an answer end the stream
 * @param muxLimit a server ends a stream not pinged for so long
 * @param backoff between attempts to connect
 * @param role as what this side comes to all others
 * @param unlisted whether peers are let in that nobody listed, if they are proven
 * @param maxLearned unlisted peers remembered that are not connected
 * @param maxUnlisted unlisted peers and plain clients connected at once
 * @param oracle told what connections say of their peers' lives
 * @param maxGuests guests let in at once
 * @param stable a connection that stood this long resets the back-off
 */
public record EngineSettings(
    String local,
    UUID id,
    Incarnation life,
    Trust trust,
    String route,
    Optional<Tls> tls,
    Generation generation,
    boolean strictHandshake,
    boolean extensions,
    int maxMessage,
    long queueBytes,
    long window,
    long received,
    long receivedInAll,
    int maxHandlers,
    Duration callDeadline,
    Duration handshake,
    Duration ping,
    Duration muxPing,
    Duration muxLimit,
    Backoff backoff,
    Role role,
    boolean unlisted,
    int maxLearned,
    int maxUnlisted,
    Optional<DeathOracle> oracle,
    int maxGuests,
    Duration stable) {

  /** Whether messages to {@code remote} carry a checksum: unless both ends speak TLS. */
  boolean checksums(String remote) {
    return !(isSecure(local) && isSecure(remote));
  }

  /** Whether a host string means TLS. */
  public static boolean isSecure(String host) {
    return host.startsWith("https://") || host.startsWith("wss://");
  }

  /** Whether peers prove the cluster's key. */
  boolean keyed() {
    return trust instanceof Trust.ByKey;
  }

  /**
   * Whether peers prove who they are beyond a token, so that either side of a pair may dial, and
   * peers may come and go.
   */
  boolean proven() {
    return keyed() || unlisted;
  }

  /** What of a bound on received bytes is for what peers may send ahead on streams. */
  static long forWindows(long bound) {
    return bound / 4;
  }

  /** The same under another name. */
  EngineSettings named(String host, UUID instance, Incarnation incarnation) {
    return new EngineSettings(
        host,
        instance,
        incarnation,
        trust,
        route,
        tls,
        generation,
        strictHandshake,
        extensions,
        maxMessage,
        queueBytes,
        window,
        received,
        receivedInAll,
        maxHandlers,
        callDeadline,
        handshake,
        ping,
        muxPing,
        muxLimit,
        backoff,
        role,
        unlisted,
        maxLearned,
        maxUnlisted,
        oracle,
        maxGuests,
        stable);
  }
}
