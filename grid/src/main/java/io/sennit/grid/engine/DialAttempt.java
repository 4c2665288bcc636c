package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Opening;
import io.sennit.grid.Generation;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.ConnectResponse;
import io.sennit.grid.wire.Introduction;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Op;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt to connect, and then its channel's events; on the remote's home loop. grid.md §2. */
final class DialAttempt implements Link.Handler {
  private static final int MAX_HANDSHAKE = 16 * 1024;

  private final Remote remote;
  private final Generation form;
  private final EngineSettings settings;
  private final Loop loop;
  private final Loop.Timer patience;
  private byte[] connect = {};
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
            .spec(EngineSettings.isSecure(remote.host()))
            .withOpening(new Opening.Ask(settings.route(), this::headers));
    link = remote.grid().links().dial(loop, HostText.address(remote.host()), spec, this);
  }

  private Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    var time = HeaderTime.text(form, loop.wallTime());
    var token =
        switch (settings.trust()) {
          case Trust.ByKey(var proof) -> proof.token(time);
          case Trust.ByToken(var auth) -> auth.token(remote.host());
        };
    headers.put("Authorization", "Bearer " + token);
    headers.put(HeaderTime.NAME, time);
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
    var token =
        settings.trust() instanceof Trust.ByToken(var auth)
            ? Optional.of(auth.token(remote.host()))
            : Optional.<String>empty();
    var request =
        new ConnectRequest(
            settings.id(),
            settings.local(),
            Optional.of(loop.wallTime()),
            token,
            remote.grid().offer(),
            introduction());
    connect = request.encode();
    var bytes = Message.of(Op.CONNECT, 0, 0, 0, connect).encode(false);
    opened.write(Frames.message(bytes));
    opened.flush();
  }

  private Introduction introduction() {
    return new Introduction(
        Optional.of(settings.life()),
        remote.host(),
        remote.lostId(),
        settings.trust() instanceof Trust.ByKey(var proof) ? proof.keyId() : "",
        Frames.nonce(loop),
        "");
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
    try {
      begin(from, response, message.payload());
    } catch (RejectedException e) {
      over = true;
      from.abort(e);
    }
  }

  private void begin(Link from, ConnectResponse response, byte[] answer) throws RejectedException {
    var inForce = remote.grid().offer().with(response.extensions());
    var said = response.introduction();
    if (settings.trust() instanceof Trust.ByKey(var proof)) {
      check(response, answer, proof);
      var own = proof.dialer(proof.keyId(), connect, answer);
      from.write(Frames.message(Message.of(Op.PROOF, 0, 0, 0, own).encode(false)));
    }
    var life = settings.proven() ? said.life() : Optional.<Incarnation>empty();
    if (settings.proven()) {
      checkName(said);
      if (remote.isOlder(life)) {
        throw new RejectedException(remote.olderLife(life), peer());
      }
    }
    var origin = new Origin(true, said.channelId(), life, "");
    channel = remote.connected(from, inForce, form, origin);
  }

  /** The proof is the answer's end, and covers what both sides have said before it. */
  private void check(ConnectResponse response, byte[] answer, ClusterProof proof)
      throws RejectedException {
    int covered = answer.length - Introduction.SIZE;
    boolean proven =
        covered > 0
            && !response.introduction().proof().isEmpty()
            && ClusterProof.same(
                Arrays.copyOfRange(answer, covered, answer.length),
                proof.acceptor(proof.keyId(), connect, Arrays.copyOf(answer, covered)));
    if (!proven) {
      throw new RejectedException(
          "the peer does not prove the cluster's key",
          peer()
              .withAdvice(
                  "It is not of this cluster, or does not speak the extensions that prove it."));
    }
  }

  /** Between nodes a name means one node, whoever dials. */
  private void checkName(Introduction said) throws RejectedException {
    if (remote.isNamed() && !said.host().isEmpty() && !said.host().equals(remote.host())) {
      throw new RejectedException(
          "the peer calls itself " + said.host(),
          peer().withAdvice("All nodes must spell a host string alike."));
    }
  }

  private ErrorContext peer() {
    return ErrorContext.peer(remote.host());
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
