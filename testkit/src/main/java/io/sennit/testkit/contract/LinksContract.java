package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.testkit.Recorder;
import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What links do while nothing goes wrong. */
public abstract class LinksContract extends LinkTests {
  @Test
  void opensBothEndsBeforeAnythingElse() {
    // both ends write from within opened: the Recorder holds the order
    var dialer = recorder().whenOpened(link -> link.write(message(pattern(10, 1))));
    var listener = recorder().whenOpened(link -> link.write(message(pattern(20, 2))));
    open(plain(), dialer, listener);
    world.await(
        "a message each way",
        () -> dialer.messages().size() == 1 && listener.messages().size() == 1);
    assertThat(listener.messages().getFirst()).isEqualTo(pattern(10, 1));
    assertThat(dialer.messages().getFirst()).isEqualTo(pattern(20, 2));
  }

  @Test
  void keepsTheOrderBothWays() {
    var ends = open(plain());
    int count = 2_000;
    var sent = new byte[count][];
    for (int i = 0; i < count; i++) {
      sent[i] = pattern(i % 300, i);
    }
    write(ends.dialer(), sent);
    write(ends.listener(), sent);
    world.await("all of the dialer's", () -> ends.listener().messages().size() == count);
    world.await("all of the listener's", () -> ends.dialer().messages().size() == count);
    for (int i = 0; i < count; i++) {
      assertThat(ends.listener().messages().get(i)).isEqualTo(sent[i]);
      assertThat(ends.dialer().messages().get(i)).isEqualTo(sent[i]);
    }
    assertThat(ends.listener().batches()).isPositive();
  }

  @Test
  void deliversShortMessagesWholeAndLongOnesInParts() {
    var parts = new AtomicInteger();
    var listener =
        watched(
            new Recorder() {
              @Override
              public void message(Link l, io.netty.buffer.ByteBuf part, boolean last) {
                parts.incrementAndGet();
                super.message(l, part, last);
              }
            });
    var dialer = recorder();
    open(plain(), dialer, listener);
    int[] sizes = {0, 1, 4095, 32 << 10};
    var sent = new ArrayList<byte[]>();
    for (int size : sizes) {
      sent.add(pattern(size, size));
    }
    write(dialer, sent.toArray(new byte[0][]));
    world.await("whole messages", () -> listener.messages().size() == sizes.length);
    assertThat(parts).hasValue(sizes.length);

    write(dialer, pattern(200_000, 7));
    world.await("a long message", () -> listener.messages().size() == sizes.length + 1);
    assertThat(parts).hasValueGreaterThan(sizes.length + 6);
    for (int i = 0; i < sizes.length; i++) {
      assertThat(listener.messages().get(i)).isEqualTo(sent.get(i));
    }
    assertThat(listener.messages().getLast()).isEqualTo(pattern(200_000, 7));
  }

  @Test
  void carriesEightMebibytesIntact() {
    var ends = open(plain());
    var big = pattern(8 << 20, 3);
    write(ends.dialer(), pattern(5, 1), big, pattern(6, 2));
    world.await("the big message", () -> ends.listener().messages().size() == 3);
    assertThat(ends.listener().messages().get(1)).isEqualTo(big);
    assertThat(ends.listener().messages().get(2)).isEqualTo(pattern(6, 2));
  }

  @Test
  void sendsAtFlushAndAtTheTurnsEndInOrder() {
    var ends = open(plain());
    on(
        ends.dialer(),
        link -> {
          link.write(message(pattern(1, 1)));
          link.flush();
          link.write(message(pattern(2, 2)));
          link.write(message(pattern(3, 3)));
          link.flush();
          link.flush();
          link.write(message(pattern(4, 4)));
        });
    world.await("four messages", () -> ends.listener().messages().size() == 4);
    for (int i = 0; i < 4; i++) {
      assertThat(ends.listener().messages().get(i)).isEqualTo(pattern(i + 1, i + 1));
    }
    var queued = new AtomicLong(-1);
    world.await(
        "nothing queued",
        () -> {
          on(ends.dialer(), link -> queued.set(link.queuedBytes()));
          return queued.get() == 0;
        });
  }

  @Test
  void echoesFromWithinTheHandler() {
    var listener = recorder();
    listener.whenMessage(bytes -> listener.link().write(message(bytes)));
    var dialer = recorder();
    open(plain(), dialer, listener);
    for (int i = 1; i <= 50; i++) {
      int n = i;
      write(dialer, pattern(n, n));
      world.await("echo " + n, () -> dialer.messages().size() == n);
    }
    assertThat(dialer.messages().getLast()).isEqualTo(pattern(50, 50));
  }

  @Test
  void honoursThePlace() {
    var b = world.node("b");
    var loops = new Loop[] {b.loop(), b.loop()};
    var next = new AtomicInteger();
    var recorders = new ArrayList<Recorder>();
    for (int i = 0; i < 6; i++) {
      recorders.add(recorder());
    }
    var taken = new AtomicInteger();
    var placed =
        new Links.Acceptor() {
          @Override
          public Loop place() {
            return loops[next.getAndIncrement() % 2];
          }

          @Override
          public Link.Handler accept(Link link) {
            if (!link.loop().inLoop()) {
              wrongs.add("accept off the link's loop");
            }
            return recorders.get(taken.getAndIncrement());
          }
        };
    var at = listen(plain(), placed);
    var dialers = new ArrayList<Recorder>();
    for (int i = 0; i < 6; i++) {
      var dialer = recorder();
      dialers.add(dialer);
      dial(at.address(), plain(), dialer);
    }
    world.await(
        "six links",
        () ->
            recorders.stream().allMatch(Recorder::hasOpened)
                && dialers.stream().allMatch(Recorder::hasOpened));
    assertThat(recorders.stream().filter(r -> r.link().loop() == loops[0])).hasSize(3);
    assertThat(recorders.stream().filter(r -> r.link().loop() == loops[1])).hasSize(3);
  }

  @Test
  void holdsAHundredLinksAtOnce() {
    int count = 100;
    var b = world.node("b");
    var opened = new AtomicInteger();
    var at =
        listen(
            plain(),
            on(
                b.loop(),
                _ -> {
                  var one = recorder();
                  one.whenOpened(_ -> opened.incrementAndGet());
                  one.whenMessage(bytes -> one.link().write(message(bytes)));
                  return one;
                }));
    var dialers = new ArrayList<Recorder>();
    for (int i = 0; i < count; i++) {
      int n = i;
      var dialer = recorder().whenOpened(link -> link.write(message(pattern(n + 1, n))));
      dialers.add(dialer);
      dial(at.address(), plain(), dialer);
    }
    world.await("an echo on each", () -> dialers.stream().allMatch(d -> d.messages().size() == 1));
    assertThat(opened).hasValue(count);
    for (int i = 0; i < count; i++) {
      assertThat(dialers.get(i).messages().getFirst()).isEqualTo(pattern(i + 1, i));
    }
  }

  @Test
  void knowsThePeerAndTheBounds() {
    var spec = plain().withBounds(12_345, 1 << 20);
    var b = world.node("b");
    var listener = recorder();
    var at = listen(spec, on(b.loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), spec, dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    var seen = new CopyOnWriteArrayList<Address>();
    on(dialer, link -> seen.add(link.peer().address()));
    world.await("the peer's address", () -> seen.size() == 1);
    assertThat(seen.getFirst()).isEqualTo(at.address());
    assertThat(dialer.link().maxMessage()).isEqualTo(12_345);
    assertThat(at.address().port()).isPositive();
  }

  /** What listening at a taken place fails with. */
  protected Class<? extends SennitException> whereTaken() {
    return ConfigException.class;
  }

  @Test
  void failsToListenWhereSomeoneElseDoes() {
    var b = world.node("b");
    var at = listen(plain(), on(b.loop(), _ -> recorder()));
    var second = new Answer<Links.Listener>();
    // no paths to tell the two apart
    b.links()
        .listen(b.loop(), at.address(), listening(plain()), on(b.loop(), _ -> recorder()), second);
    world.await("an answer", () -> second.answers() == 1);
    assertThat(second.why()).isInstanceOf(whereTaken());
  }

  @Test
  void aClosedListenerKeepsItsLinksAndFreesThePlace() {
    var b = world.node("b");
    var listener = recorder();
    var at = listen(plain(), on(b.loop(), _ -> listener));
    var dialer = recorder();
    dial(at.address(), plain(), dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    at.close();
    at.close();
    write(dialer, pattern(9, 9));
    world.await("a message on the old link", () -> listener.messages().size() == 1);
    awaitRefusal(at.address());
  }
}
