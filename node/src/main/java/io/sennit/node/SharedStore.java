package io.sennit.node;

import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one store of a node: opened when the first strand asks for its view, and opened again after a
 * failure, with growing waits. Its state lives on its loop.
 */
final class SharedStore {
  static final String NAME = "node";

  private static final System.Logger LOG = System.getLogger("io.sennit.node");
  private static final long FIRST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

  private final Fabric fabric;
  private final Loop loop;
  private final boolean hasData;
  private final Ground ground;
  private final Map<String, StrandContext.StoreUser> users = new LinkedHashMap<>(); // on the loop
  private @Nullable Store open; // on the loop
  private boolean opening; // on the loop
  private boolean closed; // on the loop
  private long wait = FIRST_WAIT; // on the loop

  SharedStore(Fabric fabric, boolean hasData, Ground ground) {
    this.fabric = fabric;
    this.loop = fabric.loop();
    this.hasData = hasData;
    this.ground = ground;
  }

  Loop loop() {
    return loop;
  }

  /** Gives a strand its view, now and after each failure. */
  void use(String strand, StrandContext.StoreUser user) {
    if (!hasData) {
      throw new ConfigException(
          "data",
          "(not set)",
          "a folder for what strand "
              + strand
              + " keeps: data in the file, SENNIT_DATA, or NodeBuilder.data(path)");
    }
    loop.execute(
        () -> {
          users.put(strand, user);
          if (open != null) {
            user.opened(open.view(strand));
          } else {
            open();
          }
        });
  }

  private void open() {
    if (opening || closed) {
      return;
    }
    opening = true;
    fabric.store(loop, NAME, Done.of(this::opened, this::failedToOpen));
  }

  private void opened(Store store) {
    opening = false;
    if (closed) {
      store.close();
      return;
    }
    open = store;
    wait = FIRST_WAIT;
    ground.storeOpened(NAME);
    store.onFailure(why -> failed(store, why));
    users.forEach((strand, user) -> user.opened(store.view(strand)));
  }

  /** The store is of no use any more: strands are told, and it is opened again. */
  private void failed(Store store, SennitException why) {
    if (open != store) {
      return;
    }
    open = null;
    store.close();
    failedToOpen(why);
  }

  private void failedToOpen(SennitException why) {
    opening = false;
    if (closed) {
      return;
    }
    ground.storeFailed(NAME, why);
    LOG.log(System.Logger.Level.WARNING, "the store is opened again: {0}", why.getMessage());
    users.values().forEach(user -> user.failed(why));
    loop.timer(this::open).arm(wait);
    wait = Math.min(LONGEST_WAIT, wait * 2);
  }

  /** Ends it; views are of no use any more. */
  void close() {
    loop.execute(
        () -> {
          closed = true;
          if (open != null) {
            open.close();
            open = null;
          }
        });
  }
}
