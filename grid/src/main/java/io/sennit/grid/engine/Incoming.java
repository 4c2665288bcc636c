package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import io.sennit.grid.Generation;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.ConnectResponse;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Introduction;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Op;
import io.sennit.grid.wire.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An accepted link: who is it, may it come in, and then its channel's events. grid.md §2. */
final class Incoming implements Link.Handler {
  private static final Duration SKEW = Duration.ofMinutes(5);
  private static final int MAX_HANDSHAKE = 16 * 1024;

  private final GridEngine grid;
  private final Link link;
  private final Loop.Timer patience;
  private byte[] connect = {};
  private @Nullable ConnectRequest request;
  private @Nullable Awaited awaited;
  private @Nullable Channel channel;
  private @Nullable Remote guest;
  private boolean over;

  /** An answer that was sent, and the proof that must come. */
  private record Awaited(byte[] proof, Introduction mine) {}

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
      handshake(part, last);
    }
  }

  private void handshake(ByteBuf part, boolean last) {
    if (!last || part.readableBytes() > MAX_HANDSHAKE) {
      throw new ProtocolException("handshake", -1, "longer than " + MAX_HANDSHAKE + " bytes");
    }
    var bytes = new byte[part.readableBytes()];
    part.getBytes(part.readerIndex(), bytes);
    var message = Message.decode(bytes);
    var asked = request;
    if (asked == null) {
      connect(message);
    } else {
      prove(message, asked);
    }
  }

  private void connect(Message message) {
    if (message.op() != Op.CONNECT.code()) {
      throw new ProtocolException("op", -1, Op.text(message.op()) + " instead of connect");
    }
    patience.cancel();
    connect = message.payload();
    var asked = ConnectRequest.decode(connect);
    request = asked;
    try {
      check(asked);
    } catch (RejectedException e) {
      reject(e.what(), e.advice());
    }
  }

  /** As what it comes: without extensions there are only peers. */
  private Role role(ConnectRequest asked) {
    return grid.settings().extensions() ? asked.extensions().role() : Role.PEER;
  }

  private void check(ConnectRequest asked) throws RejectedException {
    var role = role(asked);
    var remote = role == Role.PEER ? grid.remote(asked.host()) : null;
    switch (role) {
      case GUEST -> {
        checkClaims(asked, true);
        grid.guests().checkPlace(asked.extensions());
      }
      case CLIENT -> {
        checkClaims(asked, true);
        checkUnlisted(asked);
        grid.checkRoom(asked.host());
      }
      case PEER -> {
        if (remote == null) {
          checkUnlisted(asked);
        }
        Certificates.check(link.peer(), asked.host());
        checkClaims(asked, grid.settings().strictHandshake());
        grid.checkRoom(asked.host());
      }
    }
    if (remote != null && remote.standing() != PeerStanding.CLIENT) {
      remote.home().execute(() -> remote.incoming(this, asked));
    } else {
      grid.doorstep().whenOpen(() -> loop().execute(() -> welcome(null)));
    }
  }

  /** Nobody listed it: it must be able to prove itself, and this side must want such. */
  private void checkUnlisted(ConnectRequest asked) throws RejectedException {
    var settings = grid.settings();
    boolean canProve = settings.keyed() || link.peer().name().isPresent();
    if (!settings.unlisted() || !canProve || !asked.extensions().has(Extensions.GOODBYE)) {
      throw grid.unknown(asked.host());
    }
  }

  /** Checks what it claims before it is proven: its clock, and its key's id or its token. */
  private void checkClaims(ConnectRequest asked, boolean strict) throws RejectedException {
    if (asked.time().isPresent()) {
      var off = Duration.between(asked.time().get(), link.loop().wallTime()).abs();
      if (off.compareTo(SKEW) > 0) {
        throw new RejectedException(
            "time difference too large: "
                + HeaderTime.apart(asked.time().get(), link.loop().wallTime()),
            ErrorContext.NONE);
      }
    } else if (strict) {
      throw new RejectedException("the handshake lacks a time", ErrorContext.NONE);
    }
    switch (grid.settings().trust()) {
      case Trust.ByKey(var proof) -> checkKey(asked, proof);
      case Trust.ByToken(var auth) -> {
        if (asked.token().isPresent()) {
          authorize(asked, asked.token().get());
        } else if (strict) {
          throw new RejectedException("the handshake lacks a token", ErrorContext.NONE);
        }
      }
    }
  }

  private void checkKey(ConnectRequest asked, ClusterProof proof) throws RejectedException {
    if (!grid.offer().with(asked.extensions()).isSennit()) {
      throw new RejectedException(
          "only Sennit peers that speak version " + Extensions.VERSION + " can prove the key",
          ErrorContext.NONE);
    }
    var said = asked.introduction();
    if (said.nonce().isEmpty()) {
      throw new RejectedException("the handshake lacks a nonce", ErrorContext.NONE);
    }
    if (!proof.knows(said.key())) {
      throw new RejectedException(
          "not authorized",
          ErrorContext.advice("It proves itself with a key that this node does not have."));
    }
  }

  /** Checks the token; why it is wrong is for this side's log alone. */
  private void authorize(ConnectRequest asked, String token) throws RejectedException {
    try {
      if (grid.settings().trust() instanceof Trust.ByToken(var auth)) {
        auth.check(token, link.peer());
      }
    } catch (RejectedException e) {
      grid.refused(link.peer().address() + " (" + asked.host() + ")", e.what());
      throw new RejectedException("not authorized", ErrorContext.NONE, e);
    }
  }

  /**
   * It may come in, or prove itself first; on its loop.
   *
   * @param known its connection, if it is a peer that is known
   */
  void welcome(@Nullable Remote known) {
    var asked = request;
    if (over || asked == null) {
      return;
    }
    if (grid.isClosed()) {
      reject("this manager was closed");
      return;
    }
    try {
      var mine = introduction(asked);
      if (grid.settings().trust() instanceof Trust.ByKey(var proof)) {
        challenge(asked, proof, mine);
      } else {
        var remote = known == null ? enter(asked) : known;
        answer(new ConnectResponse(grid.settings().id(), true, "", grid.offer(), mine).encode());
        begin(remote, asked, mine);
      }
    } catch (RejectedException e) {
      reject(e.what(), e.advice());
    }
  }

  private Introduction introduction(ConnectRequest asked) {
    var settings = grid.settings();
    if (!grid.offer().isSennit()) {
      return Introduction.NONE;
    }
    return new Introduction(
        Optional.of(settings.life()),
        settings.local(),
        "",
        settings.keyed() ? asked.introduction().key() : "",
        Frames.nonce(link.loop()),
        "");
  }

  /** Answers with this side's proof, and waits for the other's. */
  private void challenge(ConnectRequest asked, ClusterProof proof, Introduction mine)
      throws RejectedException {
    grid.doorstep().enter();
    var key = asked.introduction().key();
    var open =
        new ConnectResponse(
            grid.settings().id(),
            true,
            "",
            grid.offer(),
            mine.withProof("00".repeat(Introduction.SIZE)));
    var body = open.encode();
    int covered = body.length - Introduction.SIZE;
    var own = proof.acceptor(key, connect, Arrays.copyOf(body, covered));
    System.arraycopy(own, 0, body, covered, own.length);
    awaited = new Awaited(proof.dialer(key, connect, body), mine);
    answer(body);
    patience.arm(grid.settings().handshake().toNanos());
  }

  private void prove(Message message, ConnectRequest asked) {
    var expected = awaited;
    if (expected == null) {
      throw new ProtocolException("handshake", -1, "a message before the answer");
    }
    if (message.op() != Op.PROOF.code()) {
      throw new ProtocolException("op", -1, Op.text(message.op()) + " instead of the proof");
    }
    stopAwaiting();
    try {
      if (!ClusterProof.same(message.payload(), expected.proof())) {
        throw new RejectedException("the proof of the cluster's key is wrong", ErrorContext.NONE);
      }
      begin(enter(asked), asked, expected.mine());
    } catch (RejectedException e) { // too late for an answer: it was one
      grid.refused(link.peer().address() + " (" + asked.host() + ")", e.what());
      over = true;
      link.abort(e);
    }
  }

  private void stopAwaiting() {
    if (awaited != null) {
      awaited = null;
      patience.cancel();
      grid.doorstep().leave();
    }
  }

  /** Its place among the peers, the clients or the guests. */
  private Remote enter(ConnectRequest asked) throws RejectedException {
    return switch (role(asked)) {
      case GUEST -> {
        var entered = grid.guests().enter(link, asked.extensions());
        guest = entered;
        yield entered;
      }
      case CLIENT -> grid.client(asked.host(), link.loop());
      case PEER -> grid.admitted(asked.host());
    };
  }

  private void begin(Remote remote, ConnectRequest asked, Introduction mine) {
    var generation = asked.time().isPresent() ? Generation.N25 : Generation.S24;
    var said = asked.introduction();
    var life = grid.settings().proven() ? said.life() : Optional.<Incarnation>empty();
    var origin = new Origin(false, mine.channelId(), life, said.lost());
    var inForce = grid.offer().with(asked.extensions());
    var up = new Channel(remote, link, inForce, generation, origin);
    channel = up;
    remote.arriving();
    up.start();
    if (remote.home() == link.loop()) {
      remote.install(up);
    } else {
      remote.home().execute(() -> remote.install(up));
    }
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
    answer(new ConnectResponse(grid.settings().id(), false, reason, Extensions.NONE).encode());
    over = true;
    link.close();
  }

  private void answer(byte[] body) {
    var bytes = Message.of(Op.CONNECT_RESPONSE, 0, 0, 0, body).encode(false);
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
              (awaited == null ? "no connect message within " : "no proof within ")
                  + grid.settings().handshake().toMillis()
                  + " ms",
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
    stopAwaiting();
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
