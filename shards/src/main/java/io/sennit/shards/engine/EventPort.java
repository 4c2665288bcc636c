package io.sennit.shards.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Assembler;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.shards.wire.EventFraming;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventRegistry;
import io.sennit.shards.wire.EventType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One end of a link that carries events, docs/protocol/shards.md §1. On the link's loop. */
public final class EventPort implements Link.Handler {
  /** Bytes of the longest event. */
  public static final int MAX_EVENT = 64 << 20;

  /** Whoever acts on what comes; called on the link's loop. */
  public interface User {
    /** Events may go out. */
    default void opened(EventPort port) {}

    /** An event has come. */
    void event(EventPort port, EventMessage message);

    /** What came has no meaning: it was dropped, and the link goes on. */
    void bad(EventPort port, ProtocolException why);

    /** There is room again for what is to be sent. */
    default void writable(EventPort port) {}

    /** The end, once. */
    void closed(EventPort port, Optional<SennitException> why);
  }

  private final Assembler assembler = new Assembler(MAX_EVENT);
  private final User first;
  private @Nullable User user;
  private @Nullable Link link;
  private boolean open;
  private boolean over;

  /** An end whose link is about to open. */
  public EventPort(User user) {
    this.first = user;
    this.user = user;
  }

  /** How links of events are bounded: 64 MiB an event, 16 MiB queued. */
  public static LinkSpec spec() {
    return LinkSpec.of(new EventFraming());
  }

  /** From now on another acts on what comes: the first event has told who the peer is. */
  public void hand(User to) {
    user = to;
  }

  private User user() {
    var now = user;
    return now == null ? first : now;
  }

  /** The link, once it has been dialed or opened. */
  @Nullable Link link() {
    return link;
  }

  /** Knows its link before it has opened, so that dialing can be given up. */
  public void dialing(Link dialed) {
    if (!over && link == null) {
      link = dialed;
    }
  }

  /** Whether it has ended. */
  public boolean isOver() {
    return over;
  }

  /** The other end's address, for people. */
  public String peer() {
    var l = link;
    return l == null ? "?" : l.peer().address().toString();
  }

  @Override
  public void opened(Link opened) {
    link = opened;
    open = true;
    user().opened(this);
  }

  @Override
  public void message(Link from, ByteBuf part, boolean last) {
    var whole = assembler.add(part, last);
    if (whole == null || over) {
      return;
    }
    try {
      if (whole.length < EventFraming.NUMBER) {
        throw new ProtocolException("event", 0, whole.length + " bytes are no event");
      }
      var type = new EventType(Unpooled.wrappedBuffer(whole).readUnsignedIntLE());
      var body = Arrays.copyOfRange(whole, EventFraming.NUMBER, whole.length);
      user().event(this, EventRegistry.read(type, body));
    } catch (ProtocolException e) {
      user().bad(this, e);
    }
  }

  @Override
  public void writable(Link from) {
    user().writable(this);
  }

  @Override
  public void closed(Link from, Optional<SennitException> why) {
    if (!over) {
      over = true;
      assembler.clear();
      user().closed(this, why);
    }
  }

  /** Sends an event, or drops it if the link is over. */
  public void send(EventType type, byte[] body) {
    var l = link;
    if (l == null || !open || over) {
      return;
    }
    var out = Unpooled.buffer(EventFraming.NUMBER + body.length);
    out.writeIntLE((int) type.id()).writeBytes(body);
    l.write(out);
  }

  /** Sends events that were put together elsewhere: each with its header, one after the other. */
  public void sendWhole(byte[] encoded) {
    var in = Unpooled.wrappedBuffer(encoded);
    while (in.readableBytes() >= EventRegistry.HEADER) {
      var type = new EventType(in.readUnsignedIntLE());
      var body = new byte[in.readIntLE()];
      in.readBytes(body);
      send(type, body);
    }
  }

  /** Whether more may be written without queueing much. */
  public boolean isWritable() {
    var l = link;
    return l != null && open && !over && l.writable();
  }

  /** Turns what comes off and on. */
  public void read(boolean on) {
    var l = link;
    if (l != null && open && !over) {
      l.read(on);
    }
  }

  /** Ends it cleanly. */
  public void close() {
    var l = link;
    if (l == null || over) {
      return;
    }
    if (open) {
      l.close();
    } else {
      l.abort(new CancelledException("given up while dialing", ErrorContext.NONE));
    }
  }

  /** Ends it at once. Its user is told, later, unless it was handed to nobody. */
  public void abort(SennitException why) {
    var l = link;
    if (l != null && !over) {
      l.abort(why);
    }
  }
}
