package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.SubrouteId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Callers that are no peers: commands at the door of this process. They are proven like peers, are
 * called by nobody, and are forgotten with their connection. docs/protocol/grid.md §9.5.
 */
public final class Guests {
  /** The one subroute, on the reserved handler, that guests may use. */
  public static final String DOOR = "sennit/control";

  /** What a guest is told that asks for anything else. */
  static final String REFUSAL = "a guest may only call " + DOOR;

  private static final Logger LOG = System.getLogger(Guests.class.getName());
  private static final SubrouteId DOOR_ID = SubrouteId.of(StreamLinks.HANDLER, DOOR);
  private static final int HANDLERS = 64;

  private final GridEngine grid;
  private final ConcurrentNavigableMap<String, Remote> present = new ConcurrentSkipListMap<>();
  private final AtomicInteger places = new AtomicInteger();
  private final AtomicLong entered = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();

  Guests(GridEngine grid) {
    this.grid = grid;
  }

  /** Whether a guest's call or stream is for the door. */
  static boolean mayUse(@Nullable SubrouteId subroute) {
    return subroute != null && DOOR_ID.equals(subroute);
  }

  /** Handlers of one guest running at once: enough for any command, too few to be a burden. */
  static int handlers(EngineSettings settings) {
    return Math.min(HANDLERS, settings.maxHandlers());
  }

  /** What a refusal means on the guest's side. */
  static SennitException refusal(String text) {
    return text.equals(REFUSAL)
        ? new RejectedException(
            text, ErrorContext.advice("Join the cluster as a node to call its handlers."))
        : new RemoteException(text, ErrorContext.NONE);
  }

  /**
   * Looks whether one that is not proven yet could enter.
   *
   * @throws RejectedException if no place is free, or the two do not speak the same version
   */
  void checkPlace(Extensions theirs) throws RejectedException {
    if (!grid.offer().with(theirs).isSennit()) {
      throw new RejectedException(
          "a guest must speak version " + Extensions.VERSION + " of the extensions",
          ErrorContext.NONE);
    }
    if (places.get() >= grid.settings().maxGuests()) {
      throw full();
    }
  }

  private RejectedException full() {
    return new RejectedException(
        "too many guests: " + grid.settings().maxGuests() + " are here", ErrorContext.NONE);
  }

  /**
   * Takes a place for one that is proven; {@link #left} gives it back. On the link's loop.
   *
   * @throws RejectedException if none is free, or the two do not speak the same version
   */
  Remote enter(Link link, Extensions theirs) throws RejectedException {
    checkPlace(theirs);
    if (places.incrementAndGet() > grid.settings().maxGuests()) {
      places.decrementAndGet();
      throw full();
    }
    // Its own name for itself counts for nothing: it must not look like a peer anywhere.
    var name = "guest " + entered.incrementAndGet() + " at " + link.peer().address();
    var guest = new Remote(grid, name, PeerStanding.GUEST, link.loop());
    present.put(name, guest);
    if (grid.isClosed()) {
      guest.shutdown(GridEngine.closing());
    }
    return guest;
  }

  /** Its connection has ended. */
  void left(Remote guest) {
    if (present.remove(guest.host(), guest)) {
      places.decrementAndGet();
    }
  }

  /** Counts what a guest was refused; the first ones and a few of a flood are worth a line. */
  void refused(String guest, String what, int handler) {
    long count = refusals.incrementAndGet();
    if (count <= 10 || Long.bitCount(count) == 1) {
      LOG.log(
          Level.WARNING,
          "refused {0} of {1} on handler {2}: {3} ({4} refused so far)",
          what,
          guest,
          handler,
          REFUSAL,
          count);
    }
  }

  /** Those that are here, from any thread. */
  public Collection<Remote> present() {
    return List.copyOf(present.values());
  }

  /** How many are here. */
  public int count() {
    return places.get();
  }

  /** Calls and streams refused so far because they were not for the door. */
  public long refusals() {
    return refusals.get();
  }
}
