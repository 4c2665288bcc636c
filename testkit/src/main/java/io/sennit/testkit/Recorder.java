package io.sennit.testkit;

import io.netty.buffer.ByteBuf;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Assembler;
import io.sennit.core.spi.Link;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handler that remembers what happened, readable from any thread, and writes down every breach of
 * the order in which a link's events must come.
 */
public class Recorder implements Link.Handler {
  private static final int WHOLE = 32 << 10;

  private final Assembler assembler = new Assembler(Integer.MAX_VALUE >> 1);
  private final List<byte[]> messages = new CopyOnWriteArrayList<>();
  private final List<String> wrongs = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicInteger writables = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private volatile @Nullable Link link;
  private volatile @Nullable SennitException why;
  private volatile Consumer<Link> whenOpened = _ -> {};
  private volatile Consumer<byte[]> whenMessage = _ -> {};
  private volatile boolean keep = true;

  /** Also does this when it opens. */
  public Recorder whenOpened(Consumer<Link> then) {
    whenOpened = then;
    return this;
  }

  /** Also does this with each message. */
  public Recorder whenMessage(Consumer<byte[]> then) {
    whenMessage = then;
    return this;
  }

  /** Counts messages without keeping them. */
  public Recorder countOnly() {
    keep = false;
    return this;
  }

  @Override
  public void opened(Link l) {
    check(l, opened.incrementAndGet() == 1 && closed.get() == 0, "opened twice or after the end");
    link = l;
    whenOpened.accept(l);
  }

  @Override
  public void message(Link l, ByteBuf part, boolean last) {
    check(l, opened.get() == 1, "a message before opened");
    check(l, closed.get() == 0, "a message after closed");
    check(l, part.hasArray(), "a message that is not heap-backed");
    bytes.addAndGet(part.readableBytes());
    check(l, part.readableBytes() <= WHOLE, "a part of " + part.readableBytes() + " bytes");
    byte[] whole = assembler.add(part, last);
    if (whole != null) {
      if (keep) {
        messages.add(whole);
      }
      whenMessage.accept(whole);
    }
  }

  @Override
  public void batchEnd(Link l) {
    check(l, opened.get() == 1 && closed.get() == 0, "a batch's end outside its link's life");
    batches.incrementAndGet();
  }

  @Override
  public void writable(Link l) {
    check(l, opened.get() == 1 && closed.get() == 0, "writable outside its link's life");
    check(l, l.writable(), "writable called while it is not");
    writables.incrementAndGet();
  }

  @Override
  public void closed(Link l, Optional<SennitException> reason) {
    why = reason.orElse(null);
    check(l, closed.incrementAndGet() == 1, "closed twice");
  }

  private void check(Link l, boolean right, String wrong) {
    if (!right) {
      wrongs.add(wrong);
    }
    if (!l.loop().inLoop()) {
      wrongs.add("an event off the link's loop");
    }
  }

  /** The link, once it opened. */
  public Link link() {
    var l = link;
    if (l == null) {
      throw new IllegalStateException("not opened");
    }
    return l;
  }

  /** Whether it opened. */
  public boolean hasOpened() {
    return opened.get() > 0;
  }

  /** Whether it ended. */
  public boolean hasClosed() {
    return closed.get() > 0;
  }

  /** Why it ended; empty: cleanly, or not yet. */
  public Optional<SennitException> why() {
    return Optional.ofNullable(why);
  }

  /** Whole messages so far. */
  public List<byte[]> messages() {
    return messages;
  }

  /** Bytes of messages so far. */
  public long bytes() {
    return bytes.get();
  }

  /** Ends of batches so far. */
  public int batches() {
    return batches.get();
  }

  /** Calls of {@link #writable} so far. */
  public int writables() {
    return writables.get();
  }

  /** Breaches of the order of events. */
  public List<String> wrongs() {
    return wrongs;
  }
}
