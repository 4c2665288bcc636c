package io.sennit.core.loop;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loop on one real thread, of which only {@code execute} works. */
final class QueueLoop extends BareLoop implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  @Override
  public void close() {
    thread.close();
  }
}
