package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Opening;
import io.sennit.grid.Generation;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.ConnectResponse;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Op;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt to connect, and then its channel's events; on the remote's home loop. grid.md §2. */
final class DialAttempt implements Link.Handler {
  private static final int MAX_HANDSHAKE = 16 * 1024;

  private final Remote remote;
  private final Generation form;
  private final GridSettings settings;
  private final Loop loop;
  private final Loop.Timer patience;
  private @Nullable Link link;
  private @Nullable Channel channel;
  private boolean over;

  DialAttempt(Remote remote, Generation form) {
    this.remote = remote;
    this.form = form;
    this.settings = remote.grid().settings();
    this.loop = remote.home();
    this.patience = loop.timer(this::tooSlow);
  }

  void start() {
    var spec =
        remote
            .grid()
            .spec(GridSettings.isSecure(remote.host()))
            .withOpening(new Opening.Ask(settings.route(), this::headers));
    link = remote.grid().links().dial(loop, HostText.address(remote.host()), spec, this);
  }

  private Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("Authorization", "Bearer " + settings.auth().token(remote.host()));
    headers.put(HeaderTime.NAME, HeaderTime.text(form, loop.wallTime()));
    return headers;
  }

  /** Gives up, or ends the link of its channel. */
  void abort(SennitException why) {
    var dialing = link;
    if (dialing != null) {
      dialing.abort(why);
    }
  }

  @Override
  public void opened(Link opened) {
    link = opened;
    patience.arm(settings.handshake().toNanos());
    var request =
        new ConnectRequest(
            settings.id(),
            settings.local(),
            Optional.of(loop.wallTime()),
            Optional.of(settings.auth().token(remote.host())),
            remote.grid().offer());
    var bytes = Message.of(Op.CONNECT, 0, 0, 0, request.encode()).encode(false);
    opened.write(Frames.message(bytes));
    opened.flush();
  }

  @Override
  public void message(Link from, ByteBuf part, boolean last) {
    var up = channel;
    if (up != null) {
      up.message(part, last);
      return;
    }
    if (over) {
      return;
    }
    if (!last || part.readableBytes() > MAX_HANDSHAKE) {
      throw new ProtocolException("handshake", -1, "longer than " + MAX_HANDSHAKE + " bytes");
    }
    var bytes = new byte[part.readableBytes()];
    part.getBytes(part.readerIndex(), bytes);
    var message = Message.decode(bytes);
    if (message.op() != Op.CONNECT_RESPONSE.code()) {
      throw new ProtocolException("op", -1, Op.text(message.op()) + " instead of the answer");
    }
    patience.cancel();
    var response = ConnectResponse.decode(message.payload());
    if (!response.accepted()) {
      over = true;
      from.abort(
          new RejectedException(
              "the peer refused: " + response.reason(), ErrorContext.peer(remote.host())));
      return;
    }
    var inForce = remote.grid().offer().with(response.extensions());
    channel = remote.connected(from, inForce, form);
  }

  private void tooSlow() {
    var waiting = link;
    if (channel == null && !over && waiting != null) {
      waiting.abort(
          new DeadlineExceededException(
              "no answer to the connect message within " + settings.handshake().toMillis() + " ms",
              Phase.CONNECTING,
              ErrorContext.peer(remote.host())));
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
    if (Frames.malformed(why)) {
      remote.grid().malformed();
    }
    if (channel != null) {
      channel.close(Frames.lost(why, remote.host()));
    } else {
      remote.attemptFailed(this, Frames.orEnded(why, remote.host()));
    }
  }
}
