package io.sennit.grid.engine;

import io.sennit.core.Tls;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.Authenticator;
import io.sennit.grid.Generation;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * All that is fixed when a manager starts.
 *
 * @param local this side's host string
 * @param id the manager's instance
 * @param auth tokens
 * @param route the HTTP path
 * @param tls certificates for {@code https} hosts
 * @param generation the form a dialer tries first
 * @param strictHandshake whether dialers must send time and token in the handshake
 * @param extensions whether the Sennit extensions are offered
 * @param maxMessage bytes of the longest message
 * @param queueBytes payload bytes queued towards one peer
 * @param window bytes a peer may send ahead on a stream
 * @param maxHandlers handlers of one peer's calls and streams running at once
 * @param callDeadline of calls that set none
 * @param handshake limit of the grid handshake
 * @param ping interval of connection pings; a pong older than two ends the connection
 * @param muxPing interval of stream pings; two without an answer end the stream
 * @param muxLimit a server ends a stream not pinged for so long
 * @param backoff between attempts to connect
 * @param guest whether this side comes to all others as a guest
 * @param maxGuests guests let in at once
 * @param stable a connection that stood this long resets the back-off
 */
public record GridSettings(
    String local,
    UUID id,
    Authenticator auth,
    String route,
    Optional<Tls> tls,
    Generation generation,
    boolean strictHandshake,
    boolean extensions,
    int maxMessage,
    long queueBytes,
    long window,
    int maxHandlers,
    Duration callDeadline,
    Duration handshake,
    Duration ping,
    Duration muxPing,
    Duration muxLimit,
    Backoff backoff,
    boolean guest,
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

  /** The same under another name. */
  GridSettings named(String host, UUID instance) {
    return new GridSettings(
        host,
        instance,
        auth,
        route,
        tls,
        generation,
        strictHandshake,
        extensions,
        maxMessage,
        queueBytes,
        window,
        maxHandlers,
        callDeadline,
        handshake,
        ping,
        muxPing,
        muxLimit,
        backoff,
        guest,
        maxGuests,
        stable);
  }
}
