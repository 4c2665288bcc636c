package io.sennit.causal.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.causal.wire.CausalFrame;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Assembler;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One link between two members: its first frame on each side says who speaks and of which group;
 * after that the group is told. A frame that is none ends the link and nothing else.
 */
final class Peering implements Link.Handler {
  private static final long HELLO_NANOS = 5_000_000_000L;

  private final Function<CausalFrame.Hello, @Nullable GroupEngine> groups;
  private final @Nullable Member dialed;
  private final @Nullable GroupEngine dialer;
  private final Assembler assembler;
  private final int maxOp;
  private Loop.@Nullable Timer deadline;
  private @Nullable GroupEngine group;
  private @Nullable Member member;

  /** An accepted link: the first frame says which group it is for. */
  Peering(Function<CausalFrame.Hello, @Nullable GroupEngine> groups, int maxFrame, int maxOp) {
    this.groups = groups;
    this.dialed = null;
    this.dialer = null;
    this.assembler = new Assembler(maxFrame);
    this.maxOp = maxOp;
  }

  /** A dialed link. */
  Peering(GroupEngine dialer, Member dialed, int maxFrame, int maxOp) {
    this.groups = _ -> dialer;
    this.dialed = dialed;
    this.dialer = dialer;
    this.assembler = new Assembler(maxFrame);
    this.maxOp = maxOp;
  }

  static void write(Link link, CausalFrame frame) {
    link.write(Unpooled.wrappedBuffer(frame.encode()));
  }

  @Override
  public void opened(Link link) {
    var timer =
        link.loop()
            .timer(
                () ->
                    link.abort(
                        new ProtocolException("hello", -1, "did not come within 5 seconds")));
    deadline = timer;
    timer.arm(HELLO_NANOS);
    if (dialer != null) {
      dialer.sayHello(link);
    }
  }

  @Override
  public void message(Link link, ByteBuf part, boolean last) {
    var whole = assembler.add(part, last);
    if (whole == null) {
      return;
    }
    CausalFrame frame;
    try {
      frame = CausalFrame.decode(whole, maxOp);
    } catch (ProtocolException e) {
      var known = group == null ? dialer : group;
      if (known != null) {
        known.malformed();
      }
      throw e;
    }
    if (member == null) {
      if (!(frame instanceof CausalFrame.Hello hello)) {
        throw new ProtocolException("frame", 0, "the first one is a hello");
      }
      greet(link, hello);
    } else if (group != null) {
      group.received(link, member, frame);
    }
  }

  private void greet(Link link, CausalFrame.Hello hello) {
    if (deadline != null) {
      deadline.cancel();
    }
    var found = groups.apply(hello);
    var who = found == null ? null : found.greeted(link, hello, dialed);
    if (who == null) {
      throw new RejectedException(
          hello.member() + " of group " + hello.group() + " is not taken in now",
          ErrorContext.peer(link.peer().address().toString()));
    }
    group = found;
    member = who;
  }

  @Override
  public void writable(Link link) {
    if (group != null && member != null) {
      group.writable(link, member);
    }
  }

  @Override
  public void closed(Link link, Optional<SennitException> why) {
    if (deadline != null) {
      deadline.cancel();
    }
    if (group != null && member != null) {
      group.closed(link, member);
    } else if (dialer != null && dialed != null) {
      dialer.notReached(dialed);
    }
  }
}
