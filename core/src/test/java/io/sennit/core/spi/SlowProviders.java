package io.sennit.core.spi;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a fabric finds in these tests: one loop, and stores that open and close when told. */
public final class SlowProviders implements TransportProvider, StoreProvider, LeadershipProvider {
  static final Queue<Done<Store>> OPENING = new ConcurrentLinkedQueue<>();
  static final Queue<String> EVENTS = new ConcurrentLinkedQueue<>();
  static volatile CountDownLatch closing = new CountDownLatch(0);
  static volatile CountDownLatch mayClose = new CountDownLatch(0);

  /** For {@link java.util.ServiceLoader}. */
  public SlowProviders() {}

  @Override
  public void open(Loop owner, Path folder, String name, Done<Store> done) {
    OPENING.add(done);
  }

  @Override
  public Fabric.Campaign campaign(
      Loop owner, Path folder, String role, String me, Leadership leadership) {
    EVENTS.add("candidate");
    return () -> slowly("candidate");
  }

  private static void slowly(String what) {
    try {
      closing.countDown();
      mayClose.await();
      EVENTS.add(what + " closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A store of which only the close matters. */
  static Store store(String name) {
    var closed = new AtomicBoolean();
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (self, method, args) ->
                switch (method.getName()) {
                  case "close" -> {
                    if (closed.compareAndSet(false, true)) {
                      slowly(name);
                    }
                    yield null;
                  }
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> args != null && args[0] == self;
                  case "toString" -> name;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Override
  public Transport open(SystemOptions options) {
    var loop = new OneLoop();
    return new Transport() {
      @Override
      public Loop loop() {
        return loop;
      }

      @Override
      public Loop quietLoop() {
        return loop;
      }

      @Override
      public Links links() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Datagrams datagrams() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Names names() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Runner runner() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {
        options.listener().acceptResumed(Address.of("closing", 1)); // a listener that throws
        EVENTS.add("transport closed");
        loop.close();
      }
    };
  }

  private static final class OneLoop implements Loop {
    private final java.util.concurrent.ExecutorService thread =
        Executors.newSingleThreadExecutor(
            work -> {
              var made = new Thread(work, "sennit-fake");
              made.setDaemon(true);
              return made;
            });

    void close() {
      thread.shutdown();
    }

    @Override
    public void execute(Runnable task) {
      if (thread.isShutdown()) {
        task.run(); // in place of the thread that ended loops share
      } else {
        thread.execute(task);
      }
    }

    @Override
    public boolean inLoop() {
      return Thread.currentThread().getName().equals("sennit-fake");
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Instant wallTime() {
      return Instant.now();
    }

    @Override
    public RandomGenerator random() {
      throw new UnsupportedOperationException();
    }

    @Override
    public SecureRandom secrets() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Timer timer(Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void atTurnEnd(Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> void offload(Callable<T> work, Done<T> done) {
      throw new UnsupportedOperationException();
    }
  }

  /** An answer that is looked at. */
  static final class Asked implements Done<Store> {
    volatile @Nullable Store store;
    volatile @Nullable SennitException why;

    @Override
    public void ok(Store value) {
      store = value;
    }

    @Override
    public void failed(SennitException reason) {
      why = reason;
    }
  }
}
