package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.CancelledException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.loop.Assembler;
import io.sennit.grid.IncorrectSequenceException;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Envelope;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Flags;
import io.sennit.grid.wire.MergedReader;
import io.sennit.grid.wire.Op;
import io.sennit.grid.wire.Pings;
import io.sennit.grid.wire.SubrouteId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a channel does with each message that comes in; grid.md §3.6. */
final class Inbound {
  private static final Logger LOG = System.getLogger(Inbound.class.getName());

  private final Channel channel;
  private final Targets targets;
  private final EngineSettings settings;
  private final boolean guest;
  private final int maxHandlers;
  private final Assembler assembler;
  private final Envelope envelope = new Envelope();
  private final Envelope inner = new Envelope();
  private final MergedReader merged = new MergedReader();
  private final InlineCaller plainCaller;
  private long gathered; // bytes of a message that has not come whole

  Inbound(Channel channel, Targets targets, EngineSettings settings) {
    this.channel = channel;
    this.targets = targets;
    this.settings = settings;
    this.guest = channel.extensions().guest();
    this.maxHandlers = guest ? Guests.handlers(settings) : settings.maxHandlers();
    this.assembler = new Assembler(settings.maxMessage() + GridEngine.BEYOND_PAYLOAD);
    this.plainCaller = new InlineCaller(channel.remote(), Optional.empty());
  }

  void message(ByteBuf part, boolean last) throws ProtocolException {
    if (last && !assembler.isHolding()) {
      read(part.array(), part.arrayOffset() + part.readerIndex(), part.readableBytes());
      return;
    }
    int more = part.readableBytes();
    var whole = assembler.add(part, last);
    if (whole == null) {
      gathered += more;
      channel.received().take(more);
    } else {
      channel.received().give(gathered);
      gathered = 0;
      read(whole, 0, whole.length);
    }
  }

  void close() {
    assembler.clear();
    channel.received().give(gathered);
    gathered = 0;
  }

  private void read(byte[] bytes, int offset, int length) {
    envelope.parse(bytes, offset, length);
    if (envelope.op() != Op.MERGED.code()) {
      dispatch(envelope);
      return;
    }
    merged.start(envelope);
    while (merged.next(inner)) {
      dispatch(inner);
      if (!channel.isOpen()) {
        return; // the rest is of a connection that is no more
      }
    }
  }

  private void dispatch(Envelope m) {
    channel.counts().messagesIn++;
    switch (m.op()) {
      case 3 -> ping(m);
      case 4 -> pong(m);
      case 5 -> connectMux(m);
      case 6 -> refused(m);
      case 7 -> disconnected(m);
      case 8 -> cancel(m);
      case 9 -> clientItem(m);
      case 10 -> serverItem(m);
      case 11 -> unblockServer(m);
      case 12 -> {
        if (channel.pending().get(m.mux()) instanceof ClientMux stream) {
          stream.unblocked(m);
        }
      }
      case 13 -> acknowledged(m);
      case 14 -> request(m);
      case 15 -> response(m);
      case 16 -> goodbye(m);
      case 32, 33, 34 -> parts(m);
      default -> unknown(m);
    }
  }

  private void parts(Envelope m) {
    var outlet = channel.outlet();
    if (!outlet.inParts()) {
      unknown(m);
    } else if (m.op() == Op.PARTS_TAKEN.code()) {
      outlet.partsTaken(new MsgPackReader(m.payload()).readLong("parts taken", 0, 1L << 40));
    } else {
      channel.part(m, m.op() == Op.PART_TO_SERVER.code());
    }
  }

  // --- calls ---

  private void request(Envelope m) {
    var subroute = m.subroute();
    boolean barred = guest && !Guests.mayUse(subroute);
    var target = barred || alias(subroute) ? null : targets.single(m.handler(), subroute);
    byte[] payload =
        m.has(Flags.PARTS)
            ? channel.finishParts(m, true)
            : m.payloadLength() == 0 ? Payload.ABSENT : m.payload();
    if (payload == null) {
      return; // there was no room for it, as the peer was told
    }
    if (barred) {
      bar(m);
      return;
    }
    if (target == null) {
      refuse(m, unknownHandler(m.handler(), subroute));
      return;
    }
    if (!channel.budget().hasRoom()) {
      refuseBusy(m, settings.queueBytes() + " bytes of answers wait to be read");
      return;
    }
    channel.counts().served++;
    if (target.inline()) {
      inline(m, target, payload);
      return;
    }
    if (channel.handlers() >= maxHandlers) {
      refuseBusy(m, maxHandlers + " handlers are running");
      return;
    }
    if (channel.running(m.mux()) != null) {
      throw new ProtocolException(
          "mux", -1, "call " + Long.toUnsignedString(m.mux()) + " is still running");
    }
    byte held = Held.of(payload.length);
    if (!channel.received().tryTake(Held.bytes(held))) {
      refuseBusy(m, Busy.RECEIVED);
      return;
    }
    channel.begin(new ServerCall(channel, target, m.mux(), m.seq(), deadline(m), payload, held));
  }

  private void inline(Envelope m, Targets.Single target, byte[] payload) {
    long mux = m.mux();
    int seq = m.seq();
    byte[] answer;
    int flags;
    try {
      var caller =
          target.subroute().isEmpty()
              ? plainCaller
              : new InlineCaller(channel.remote(), target.subroute());
      answer = ServerCall.answered(target.code().handle(payload, caller));
      channel.checkSize(answer.length);
      flags = Flags.EOF | Outlet.zero(answer);
    } catch (Throwable e) { // whatever happened, the caller is told
      answer = Errors.bytes(e, channel);
      flags = Flags.EOF | Flags.ERROR;
    }
    var outlet = channel.outlet();
    if (outlet.takesNow(answer)) {
      outlet.message(mux, seq, 0, 0, Op.RESPONSE.code(), flags, answer, 0, null);
    } else {
      channel.budget().take(answer.length);
      outlet.data(new InlineAnswer(mux, seq, flags, answer));
    }
  }

  private void response(Envelope m) {
    if (!(channel.pending().get(m.mux()) instanceof ClientCall call)) {
      channel.counts().droppedAnswers++;
      channel.dropParts(m.mux());
      return;
    }
    if (m.seq() != 0) {
      channel.dropParts(m.mux());
      call.end(
          new IncorrectSequenceException(0, m.seq() & 0xffff_ffffL, ErrorContext.NONE),
          Outcome.RAN);
    } else if (m.has(Flags.ERROR)) {
      byte[] text = m.has(Flags.PARTS) ? channel.finishParts(m, false) : m.payload();
      if (text != null) {
        call.end(new RemoteException(Errors.read(text), ErrorContext.NONE), Outcome.RAN);
      }
    } else if (m.has(Flags.PARTS)) {
      byte[] whole = channel.finishParts(m, false);
      if (whole != null) {
        call.answered(whole);
      }
    } else {
      call.answered(m.hasPayload() ? m.payload() : Payload.ABSENT);
    }
  }

  private void refused(Envelope m) {
    var text = Pings.refusalText(m.payload());
    var why = refusal(text, m);
    switch (channel.pending().get(m.mux())) {
      case ClientCall call -> call.end(why, Outcome.DID_NOT_RUN);
      case ClientMux stream -> stream.end(why, Outcome.DID_NOT_RUN);
      case null, default -> {
        // given up meanwhile
      }
    }
  }

  private SennitException refusal(String text, Envelope m) {
    if (text.startsWith(Busy.PREFIX)) {
      return Busy.there(text, Pings.retryMillis(m.payload()));
    }
    return guest ? Guests.refusal(text) : new RemoteException(text, ErrorContext.NONE);
  }

  private void disconnected(Envelope m) {
    channel.dropParts(m.mux());
    boolean error = m.has(Flags.ERROR);
    var text = error ? Errors.read(m.payload()) : "";
    SennitException why =
        !error
            ? new DisconnectedException("remote disconnected", ErrorContext.NONE)
            : channel.extensions().isSennit() && text.startsWith(Busy.PREFIX)
                ? Busy.there(text, Busy.FIRST_MS)
                : new RemoteException(text, ErrorContext.NONE);
    switch (channel.pending().get(m.mux())) {
      case ClientCall call -> call.end(why, Outcome.UNKNOWN);
      case ClientMux stream -> {
        if (error) {
          stream.end(why, Outcome.UNKNOWN);
        } else {
          stream.dropped(why);
        }
      }
      case null, default -> {
        // a server says this after every stream's end
      }
    }
  }

  // --- streams, the server's side ---

  private void connectMux(Envelope m) {
    if (m.has(Flags.STATELESS)) {
      refuse(m, "Stateless streams not supported");
      return;
    }
    var subroute = m.subroute();
    boolean barred = guest && !Guests.mayUse(subroute);
    var target = barred || alias(subroute) ? null : targets.streaming(m.handler(), subroute);
    byte[] first =
        m.has(Flags.PARTS)
            ? channel.finishParts(m, true)
            : m.hasPayload() ? m.payload() : Payload.ABSENT;
    if (first == null) {
      return; // there was no room for it, as the peer was told
    }
    if (barred) {
      bar(m);
    } else if (target == null) {
      refuse(m, unknownHandler(m.handler(), subroute));
    } else if (channel.serving(m.mux()) != null) {
      return; // a live number is not opened twice
    } else if (channel.handlers() >= maxHandlers) {
      refuseBusy(m, maxHandlers + " handlers are running");
    } else if (!channel.received().tryTake(ServerMux.cost(first))) {
      refuseBusy(m, Busy.RECEIVED);
    } else {
      channel.counts().served++;
      channel.begin(new ServerMux(channel, target, m, first, deadline(m)));
    }
  }

  private void clientItem(Envelope m) {
    var stream = channel.serving(m.mux());
    if (stream != null) {
      stream.item(m);
    } else {
      channel.dropPartsToServer(m.mux());
      channel.outlet().control(Op.DISCONNECT_CLIENT_MUX.code(), m.mux(), 0, 0, Payload.ABSENT);
    }
  }

  private void unblockServer(Envelope m) {
    var stream = channel.serving(m.mux());
    if (stream != null) {
      stream.unblocked(m);
    }
  }

  private void cancel(Envelope m) {
    channel.dropPartsToServer(m.mux());
    var stream = channel.serving(m.mux());
    if (stream != null) {
      stream.cancelled(
          new CancelledException(
              "cancelled by the caller", ErrorContext.peer(channel.remoteHost())));
      return;
    }
    var call = channel.running(m.mux());
    if (call != null) {
      call.cancel(); // it stays in the table, and in the count, until its handler returns
    } else {
      channel.outlet().giveUpAnswer(m.mux());
    }
  }

  // --- streams, the caller's side ---

  private void acknowledged(Envelope m) {
    if (channel.pending().get(m.mux()) instanceof ClientMux stream) {
      stream.acked(m);
    } else {
      stop(m);
    }
  }

  private void serverItem(Envelope m) {
    if (channel.pending().get(m.mux()) instanceof ClientMux stream) {
      stream.item(m);
    } else {
      channel.dropParts(m.mux());
      if (!m.has(Flags.EOF)) {
        stop(m);
      }
    }
  }

  /**
   * Nobody here wants that stream: its handler may stop. Of a stream that was begun here the server
   * knows it already: it was told when the stream was left, or ended it itself.
   */
  private void stop(Envelope m) {
    if (channel.pending().wasGiven(m.mux())) {
      return;
    }
    channel.outlet().control(Op.DISCONNECT_SERVER_MUX.code(), m.mux(), 0, 0, Payload.ABSENT);
  }

  // --- liveness ---

  private void ping(Envelope m) {
    boolean notFound = false;
    if (m.mux() != 0) {
      var stream = channel.serving(m.mux());
      notFound = stream == null;
      if (stream != null && !stream.counted(m)) {
        return;
      }
    }
    var body = new Pings.Pong(notFound, Optional.empty(), channel.pongTime(m.payload()));
    channel
        .outlet()
        .message(
            m.mux(),
            m.seq(),
            m.deadlineMs(),
            0,
            Op.PONG.code(),
            m.flags() & ~(Flags.CRC | Flags.SUBROUTE),
            body.encode(),
            0,
            null);
  }

  private void pong(Envelope m) {
    if (m.mux() == 0) {
      channel.ponged();
      return;
    }
    if (!(channel.pending().get(m.mux()) instanceof ClientMux stream)) {
      stop(m);
      return;
    }
    var pong = Pings.Pong.decode(m.payload());
    if (pong.notFound()) {
      stream.end(
          new DisconnectedException("the peer does not know the stream", ErrorContext.NONE),
          Outcome.UNKNOWN);
    } else if (pong.error().isPresent()) {
      stream.end(new RemoteException(pong.error().get(), ErrorContext.NONE), Outcome.UNKNOWN);
    } else {
      stream.heard();
    }
  }

  // --- the rest ---

  /** Refuses for now; a Sennit peer learns after how long to try again. */
  void refuseBusy(Envelope m, String what) {
    var text = Busy.PREFIX + what;
    refuse(
        m,
        channel.extensions().isSennit()
            ? Pings.busy(text, channel.retryMillis())
            : Pings.refusal(text));
  }

  private void refuse(Envelope m, String text) {
    refuse(m, Pings.refusal(text));
  }

  private void refuse(Envelope m, byte[] body) {
    channel
        .outlet()
        .message(
            m.mux(),
            m.seq(),
            m.deadlineMs(),
            m.handler(),
            Op.MUX_CONNECT_ERROR.code(),
            m.flags() & ~(Flags.CRC | Flags.SUBROUTE | Flags.PARTS | Flags.ZERO),
            body,
            0,
            null);
  }

  private void goodbye(Envelope m) {
    if (channel.extensions().has(Extensions.GOODBYE)) {
      channel.heardGoodbye();
    } else {
      unknown(m);
    }
  }

  private void bar(Envelope m) {
    channel.remote().grid().guests().refused(channel.remoteHost(), Op.text(m.op()), m.handler());
    refuse(m, Guests.REFUSAL);
  }

  private void unknown(Envelope m) {
    if (channel.counts().unknownOps++ == 0) {
      LOG.log(Level.WARNING, "{0} sent {1}: ignored", channel.remoteHost(), Op.text(m.op()));
    }
  }

  private long deadline(Envelope m) {
    long ms = m.deadlineMs() & 0xffff_ffffL;
    return ms == 0 ? 0 : channel.loop().nanoTime() + ms * 1_000_000;
  }

  private static boolean alias(@Nullable SubrouteId subroute) {
    return subroute != null && subroute.isAlias();
  }

  private static String unknownHandler(int handler, @Nullable SubrouteId subroute) {
    return "unknown mux handler: " + handler + (subroute == null ? "" : " on subroute " + subroute);
  }
}
