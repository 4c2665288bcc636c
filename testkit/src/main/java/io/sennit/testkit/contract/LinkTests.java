package io.sennit.testkit.contract;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.testkit.LengthFraming;
import io.sennit.testkit.Recorder;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What all tests of links share: node {@code b} listens, node {@code a} dials. */
public abstract class LinkTests extends Contract {
  /** Plain links, the length framing, default bounds. */
  protected static LinkSpec plain() {
    return LinkSpec.of(new LengthFraming());
  }

  /** Makes the dialer's half of a variant (TLS, upgrade). */
  protected LinkSpec dialing(LinkSpec spec) {
    return spec;
  }

  /** Makes the listener's half of a variant. */
  protected LinkSpec listening(LinkSpec spec) {
    return spec;
  }

  /** An acceptor on one loop whose links are handled by what {@code handlers} gives. */
  protected static Links.Acceptor on(Loop loop, Function<Link, Link.Handler> handlers) {
    return new Links.Acceptor() {
      @Override
      public Loop place() {
        return loop;
      }

      @Override
      public Link.Handler accept(Link link) {
        return handlers.apply(link);
      }
    };
  }

  /** Listens on node {@code b} and waits until it does. */
  protected final Links.Listener listen(LinkSpec spec, Links.Acceptor acceptor) {
    return listenAt(world.at("b"), spec, acceptor);
  }

  /** Listens on node {@code b} at a place. */
  protected final Links.Listener listenAt(Address at, LinkSpec spec, Links.Acceptor acceptor) {
    Fabric b = world.node("b");
    var bound = new Answer<Links.Listener>();
    b.links().listen(b.loop(), at, listening(spec), acceptor, bound);
    world.await("listening", () -> bound.answers() == 1);
    return bound.value();
  }

  /** Dials from node {@code a}. */
  protected final Link dial(Address to, LinkSpec spec, Link.Handler handler) {
    Fabric a = world.node("a");
    return a.links().dial(a.loop(), to, dialing(spec), handler);
  }

  /** Both ends of one open link. */
  protected record Ends(Recorder dialer, Recorder listener) {}

  /** Opens one link and waits for both ends. */
  protected final Ends open(LinkSpec spec) {
    return open(spec, recorder(), recorder());
  }

  /** Opens one link with these handlers and waits for both ends. */
  protected final Ends open(LinkSpec spec, Recorder dialer, Recorder listener) {
    var at = listen(spec, on(world.node("b").loop(), _ -> listener));
    dial(at.address(), spec, dialer);
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    return new Ends(dialer, listener);
  }

  /** Writes whole messages on the link's loop, in one turn. */
  protected final void write(Recorder end, byte[]... messages) {
    on(
        end,
        link -> {
          for (var one : messages) {
            link.write(message(one));
          }
        });
  }

  /** Does something with an open link on its loop. */
  protected final void on(Recorder end, java.util.function.Consumer<Link> what) {
    var link = end.link();
    link.loop()
        .execute(
            () -> {
              try {
                what.accept(link);
              } catch (RuntimeException | AssertionError e) {
                wrongs.add("threw on the loop: " + e);
              }
            });
  }

  /** Dials until it is refused; a place that was just closed may take a moment. */
  protected final Recorder awaitRefusal(Address to) {
    var last = new AtomicReference<@Nullable Recorder>();
    world.await(
        "refused",
        () -> {
          var tried = last.get();
          if (tried != null && tried.hasClosed() && !tried.hasOpened()) {
            return true;
          }
          if (tried == null || tried.hasClosed()) {
            var next = recorder().whenOpened(Link::close);
            last.set(next);
            dial(to, plain(), next);
          }
          return false;
        });
    return java.util.Objects.requireNonNull(last.get());
  }

  /** Waits for the end of every one of these. */
  protected final void awaitClosed(Recorder... ends) {
    for (var end : ends) {
      world.await("closed", end::hasClosed);
    }
  }

  /** The kind of the reason an end closed with, or null when it was clean. */
  protected static @Nullable Class<?> kind(Recorder end) {
    return end.why().<@Nullable Class<?>>map(Object::getClass).orElse(null);
  }
}
