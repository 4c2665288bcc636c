package io.sennit.core.spi;

import io.sennit.core.Tls;
import java.time.Duration;
import java.util.Optional;

/**
 * How a link is opened and bounded.
 *
 * @param framing how messages lie on bytes
 * @param tls certificates, or empty for plain text
 * @param opening an HTTP/1.1 upgrade before the first message, or empty for none
 * @param maxMessage bytes of the longest message taken in; a longer one ends the link with a {@link
 *     io.sennit.core.ProtocolException} before it is buffered
 * @param maxQueuedBytes bytes that may be queued, answers of the framing included, and not yet in
 *     the kernel; a write made while there are more aborts the link, so a single message may be
 *     longer
 * @param maxPending accepted links that have not opened yet; more are refused at once
 * @param connect time allowed for name lookup and TCP
 * @param handshake time allowed for TLS and upgrade together
 * @param stall bytes are queued and the peer took none for this long: the link is aborted. The
 *     kernel keeps little unsent, so a peer that reads slowly but steadily lives: on epoll one that
 *     takes 64 KiB in this time. Bytes that only the kernel holds end the connection after twice
 *     this time, where it can watch them
 */
public record LinkSpec(
    Framing framing,
    Optional<Tls> tls,
    Optional<Opening> opening,
    int maxMessage,
    long maxQueuedBytes,
    int maxPending,
    Duration connect,
    Duration handshake,
    Duration stall) {

  /** 64 MiB messages, 16 MiB queued, 128 pending, 2 s to connect, 5 s to shake hands, 4 s stall. */
  public static LinkSpec of(Framing framing) {
    return new LinkSpec(
        framing,
        Optional.empty(),
        Optional.empty(),
        64 << 20,
        16 << 20,
        128,
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(4));
  }

  /** The same over TLS. */
  public LinkSpec withTls(Tls certificates) {
    return new LinkSpec(
        framing,
        Optional.of(certificates),
        opening,
        maxMessage,
        maxQueuedBytes,
        maxPending,
        connect,
        handshake,
        stall);
  }

  /** The same with an upgrade before the first message. */
  public LinkSpec withOpening(Opening upgrade) {
    return new LinkSpec(
        framing,
        tls,
        Optional.of(upgrade),
        maxMessage,
        maxQueuedBytes,
        maxPending,
        connect,
        handshake,
        stall);
  }

  /** The same with other bounds in bytes. */
  public LinkSpec withBounds(int longestMessage, long queuedBytes) {
    return new LinkSpec(
        framing, tls, opening, longestMessage, queuedBytes, maxPending, connect, handshake, stall);
  }

  /** The same with other time limits. */
  public LinkSpec withTimes(Duration toConnect, Duration toShakeHands, Duration toStall) {
    return new LinkSpec(
        framing,
        tls,
        opening,
        maxMessage,
        maxQueuedBytes,
        maxPending,
        toConnect,
        toShakeHands,
        toStall);
  }

  /** The same with another bound on links not yet open. */
  public LinkSpec withMaxPending(int links) {
    return new LinkSpec(
        framing, tls, opening, maxMessage, maxQueuedBytes, links, connect, handshake, stall);
  }
}
