package io.sennit.grid;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A picture of a connection, read without stopping it: single figures may be a turn apart.
 *
 * @param state where it stands
 * @param outgoingStreams calls and streams begun here that have not ended (seed: single calls
 *     count)
 * @param incomingStreams streams begun by the peer that have not ended
 * @param runningHandlers single handlers of the peer's calls running now
 * @param calls calls begun here, over all connections to this peer
 * @param served requests of the peer taken in
 * @param bytesIn grid message bytes received, without framing and TLS
 * @param bytesOut grid message bytes sent, without framing and TLS
 * @param messagesIn messages received, merged ones counted one by one
 * @param messagesOut messages sent
 * @param queuedBytes payload bytes waiting in this side's queue
 * @param droppedAnswers answers that came for calls already given up
 * @param protocolErrors connections ended because of malformed input
 * @param connects connections that stood so far
 * @param attempts attempts since the last connection stood
 * @param roundTrip of the last ping, empty before the first
 * @param lastError why the last attempt or connection ended, if one did
 * @param nextRetry when the dialer tries again, if it waits
 */
public record ConnectionStats(
    State state,
    int outgoingStreams,
    int incomingStreams,
    int runningHandlers,
    long calls,
    long served,
    long bytesIn,
    long bytesOut,
    long messagesIn,
    long messagesOut,
    long queuedBytes,
    long droppedAnswers,
    long protocolErrors,
    long connects,
    int attempts,
    Optional<Duration> roundTrip,
    Optional<String> lastError,
    Optional<Instant> nextRetry) {}
