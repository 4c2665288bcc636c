package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.spi.Link;
import io.sennit.testkit.Recorder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What holds a fast sender back: bounds, marks, reading off. */
public abstract class LinkFlowContract extends LinkTests {
  private static final int BLOCK = 32 << 10;

  /** More than any kernel keeps for two sockets. */
  private static final int BLOCKS = 1024;

  private static final Duration LONG = Duration.ofSeconds(60);

  private void writeBlocks(Recorder end, int count) {
    on(
        end,
        link -> {
          for (int i = 0; i < count; i++) {
            link.write(message(pattern(BLOCK, i)));
          }
        });
  }

  private long queued(Recorder end) {
    var queued = new AtomicLong(-1);
    on(end, link -> queued.set(link.queuedBytes()));
    world.await("the loop's answer", () -> queued.get() >= 0);
    return queued.get();
  }

  @Test
  void aWriterBeyondTheBoundLosesTheLink() {
    var ends = open(plain().withBounds(1 << 20, 1 << 20));
    writeBlocks(ends.dialer(), 100);
    awaitClosed(ends.dialer(), ends.listener());
    assertThat(ends.dialer().why()).isPresent();
  }

  @Test
  void readingOffHoldsTheSendersBytes() {
    var spec = plain().withBounds(1 << 20, 64 << 20).withTimes(LONG, LONG, LONG);
    var listener = recorder().countOnly().whenOpened(link -> link.read(false));
    var dialer = recorder();
    open(spec, dialer, listener);
    writeBlocks(dialer, BLOCKS);
    world.elapse(Duration.ofMillis(300));
    long held = queued(dialer);
    long got = listener.bytes();
    assertThat(held).isPositive();
    assertThat(got).isLessThanOrEqualTo(1 << 20);
    world.elapse(Duration.ofMillis(100));
    assertThat(listener.bytes()).isEqualTo(got);

    on(listener, link -> link.read(true));
    world.await("everything", () -> listener.bytes() == (long) BLOCK * BLOCKS);
    world.await("nothing queued", () -> queued(dialer) == 0);
  }

  @Test
  void tellsWhenItIsWritableAgain() {
    var spec = plain().withBounds(1 << 20, 64 << 20).withTimes(LONG, LONG, LONG);
    var listener = recorder().countOnly().whenOpened(link -> link.read(false));
    var dialer = recorder();
    open(spec, dialer, listener);
    var before = new AtomicBoolean();
    var written = new AtomicBoolean();
    var after = new AtomicBoolean(true);
    on(
        dialer,
        link -> {
          before.set(link.writable());
          for (int i = 0; i < BLOCKS; i++) {
            link.write(message(pattern(BLOCK, i)));
          }
          after.set(link.writable());
          written.set(true);
        });
    world.await("all written", written::get);
    world.elapse(Duration.ofMillis(100));
    assertThat(before).isTrue();
    assertThat(after).isFalse();
    assertThat(dialer.writables()).isZero();
    on(listener, link -> link.read(true));
    world.await("writable", () -> dialer.writables() == 1);
    world.await("everything", () -> listener.bytes() == (long) BLOCK * BLOCKS);
  }

  @Test
  void aPeerThatNeverReadsStallsTheLink() {
    var patient = plain().withBounds(1 << 20, 64 << 20).withTimes(LONG, LONG, LONG);
    var hasty = patient.withTimes(LONG, LONG, Duration.ofSeconds(1));
    var b = world.node("b");
    var listener = recorder().countOnly().whenOpened(link -> link.read(false));
    var at = listen(patient, on(b.loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), hasty, dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    writeBlocks(dialer, BLOCKS);
    awaitClosed(dialer);
    assertThat(dialer.why().orElseThrow()).isInstanceOf(io.sennit.core.DisconnectedException.class);
    assertThat(dialer.why().orElseThrow().getMessage()).contains("stall");
  }

  @Test
  void closeIsBoundedByTheStallTime() {
    var patient = plain().withBounds(1 << 20, 64 << 20).withTimes(LONG, LONG, LONG);
    var hasty = patient.withTimes(LONG, LONG, Duration.ofSeconds(1));
    var b = world.node("b");
    var listener = recorder().countOnly().whenOpened(link -> link.read(false));
    var at = listen(patient, on(b.loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), hasty, dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    on(dialer, Link::close);
    awaitClosed(dialer);
  }

  @Test
  void aSlowReaderGetsEverythingInOrder() {
    var spec = plain().withBounds(1 << 20, 64 << 20);
    var listener = recorder();
    var dialer = recorder();
    open(spec, dialer, listener);
    listener.whenMessage(
        _ -> {
          if (listener.messages().size() % 16 == 0) {
            var link = listener.link();
            link.read(false);
            link.loop().execute(() -> link.read(true));
          }
        });
    writeBlocks(dialer, 256);
    world.await("everything", () -> listener.messages().size() == 256);
    for (int i = 0; i < 256; i++) {
      assertThat(listener.messages().get(i)).isEqualTo(pattern(BLOCK, i));
    }
  }
}
