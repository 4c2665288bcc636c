package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import io.sennit.grid.Generation;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.ConnectResponse;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Op;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An accepted link: who is it, may it come in, and then its channel's events. grid.md §2. */
final class Incoming implements Link.Handler {
  private static final Duration SKEW = Duration.ofMinutes(5);
  private static final int MAX_HANDSHAKE = 16 * 1024;

  private final GridEngine grid;
  private final Link link;
  private final Loop.Timer patience;
  private @Nullable ConnectRequest request;
  private @Nullable Channel channel;
  private @Nullable Remote guest;
  private boolean over;

  Incoming(GridEngine grid, Link link) {
    this.grid = grid;
    this.link = link;
    this.patience = link.loop().timer(this::tooSlow);
  }

  @Override
  public void opened(Link opened) {
    patience.arm(grid.settings().handshake().toNanos());
  }

  @Override
  public void message(Link from, ByteBuf part, boolean last) {
    var up = channel;
    if (up != null) {
      up.message(part, last);
    } else if (!over) {
      connect(part, last);
    }
  }

  private void connect(ByteBuf part, boolean last) {
    if (request != null) {
      throw new ProtocolException("handshake", -1, "a message before the answer");
    }
    if (!last || part.readableBytes() > MAX_HANDSHAKE) {
      throw new ProtocolException("handshake", -1, "longer than " + MAX_HANDSHAKE + " bytes");
    }
    var bytes = new byte[part.readableBytes()];
    part.getBytes(part.readerIndex(), bytes);
    var message = Message.decode(bytes);
    if (message.op() != Op.CONNECT.code()) {
      throw new ProtocolException("op", -1, Op.text(message.op()) + " instead of connect");
    }
    patience.cancel();
    var asked = ConnectRequest.decode(message.payload());
    request = asked;
    try {
      var remote = check(asked);
      remote.home().execute(() -> remote.incoming(this, asked));
    } catch (RejectedException e) {
      reject(e.what(), e.advice());
    }
  }

  private Remote check(ConnectRequest asked) throws RejectedException {
    if (grid.settings().extensions() && asked.extensions().guest()) {
      checkProof(asked, true);
      var entered = grid.guests().enter(link, asked.extensions());
      guest = entered;
      return entered;
    }
    var remote = grid.remote(asked.host());
    if (remote == null) {
      throw new RejectedException(
          "unknown incoming host: " + asked.host(),
          ErrorContext.advice(
              "Known hosts: " + grid.hostsForPeople().orElse("none besides this one") + "."));
    }
    Certificates.check(link.peer(), asked.host());
    checkProof(asked, grid.settings().strictHandshake());
    return remote;
  }

  private void checkProof(ConnectRequest asked, boolean strict) throws RejectedException {
    if (asked.time().isPresent()) {
      var off = Duration.between(asked.time().get(), link.loop().wallTime()).abs();
      if (off.compareTo(SKEW) > 0) {
        throw new RejectedException(
            "time difference too large: " + off.toSeconds() + " s", ErrorContext.NONE);
      }
    } else if (strict) {
      throw new RejectedException("the handshake lacks a time", ErrorContext.NONE);
    }
    if (asked.token().isPresent()) {
      authorize(asked, asked.token().get());
    } else if (strict) {
      throw new RejectedException("the handshake lacks a token", ErrorContext.NONE);
    }
  }

  /** Checks the token; why it is wrong is for this side's log alone. */
  private void authorize(ConnectRequest asked, String token) throws RejectedException {
    try {
      grid.settings().auth().check(token, link.peer());
    } catch (RejectedException e) {
      grid.refused(link.peer().address() + " (" + asked.host() + ")", e.what());
      throw new RejectedException("not authorized", ErrorContext.NONE, e);
    }
  }

  /** Lets it in; on its loop. Null if it is gone. */
  @Nullable Channel admit(Remote remote) {
    var asked = request;
    if (over || asked == null) {
      return null;
    }
    var mine = grid.offer();
    answer(new ConnectResponse(grid.settings().id(), true, "", mine));
    var generation = asked.time().isPresent() ? Generation.N25 : Generation.S24;
    var up = new Channel(remote, link, mine.with(asked.extensions()), generation);
    channel = up;
    up.start();
    return up;
  }

  /** Refuses it; on its loop. */
  void reject(String reason) {
    reject(reason, "");
  }

  /** Refuses it; the advice is for this side's log alone. */
  private void reject(String reason, String advice) {
    if (over) {
      return;
    }
    grid.refused(
        link.peer().address() + " (" + (request == null ? "?" : request.host()) + ")",
        advice.isEmpty() ? reason : reason + ". " + advice);
    answer(new ConnectResponse(grid.settings().id(), false, reason, Extensions.NONE));
    over = true;
    link.close();
  }

  private void answer(ConnectResponse response) {
    var bytes = Message.of(Op.CONNECT_RESPONSE, 0, 0, 0, response.encode()).encode(false);
    link.write(Frames.message(bytes));
    link.flush();
  }

  Loop loop() {
    return link.loop();
  }

  private void tooSlow() {
    if (channel == null && !over) {
      link.abort(
          new DeadlineExceededException(
              "no connect message within " + grid.settings().handshake().toMillis() + " ms",
              Phase.CONNECTING,
              ErrorContext.peer(link.peer().address().toString())));
    }
  }

  @Override
  public void writable(Link from) {
    if (channel != null) {
      channel.writable();
    }
  }

  @Override
  public void closed(Link from, Optional<SennitException> why) {
    over = true;
    patience.cancel();
    var left = guest;
    if (left != null) {
      grid.guests().left(left);
    }
    if (Frames.malformed(why)) {
      grid.malformed();
      grid.refused(link.peer().address().toString(), why.orElseThrow().what());
    }
    if (channel != null) {
      channel.close(Frames.lost(why, channel.remoteHost()));
    } else if (request == null
        && why.isPresent()
        && !(why.get() instanceof ProtocolException)
        && !(why.get() instanceof DisconnectedException)) {
      grid.refused(link.peer().address().toString(), why.get().what());
    }
  }
}
