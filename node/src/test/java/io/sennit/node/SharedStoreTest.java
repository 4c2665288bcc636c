package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Store;
import io.sennit.testkit.Leaks;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The store of a node is opened once for all strands, and again when it has failed. */
@Timeout(30)
@ExtendWith(Leaks.class)
class SharedStoreTest {
  private final Fabric real = Fabric.system();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<Consumer<StorageException>> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final Ground ground = new Ground(new Meters());
  private final SharedStore shared = new SharedStore(fabric(), true, ground);

  @AfterEach
  void close() {
    real.close();
  }

  private static StorageException broken() {
    return new StorageException("the disk is gone", ErrorContext.NONE);
  }

  /** The real one, with stores that fail when they are told to. */
  private Fabric fabric() {
    return (Fabric)
        Proxy.newProxyInstance(
            Fabric.class.getClassLoader(),
            new Class<?>[] {Fabric.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("store")) {
                return method.invoke(real, arguments);
              }
              said.add("open " + arguments[1]);
              @SuppressWarnings("unchecked") // as Fabric declares it
              var done = (Done<Store>) arguments[2];
              if (refusals.getAndDecrement() > 0) {
                done.failed(broken());
              } else {
                done.ok(store(""));
              }
              return null;
            });
  }

  private Store store(String name) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "view" -> {
                  return store((String) arguments[0]);
                }
                case "onFailure" -> {
                  @SuppressWarnings("unchecked") // as Store declares it
                  var told = (Consumer<StorageException>) arguments[0];
                  failures.add(told);
                }
                case "close" -> said.add("close");
                case "toString" -> {
                  return "view " + name;
                }
                default -> throw new AssertionError(method.toString());
              }
              return null;
            });
  }

  private final class User implements StrandContext.StoreUser {
    private final String name;

    User(String name) {
      this.name = name;
    }

    @Override
    public void opened(Store view) {
      said.add(name + " has " + view + (shared.loop().inLoop() ? "" : " elsewhere"));
    }

    @Override
    public void failed(SennitException why) {
      said.add(name + " hears: " + why.what());
    }
  }

  private void awaitSaid(String line, long times) {
    Awaitility.await().until(() -> said.stream().filter(line::equals).count() == times);
  }

  @Test
  void itIsOpenedOnceForAll() {
    shared.use("a", new User("a"));
    shared.use("b", new User("b"));
    awaitSaid("b has view b", 1);
    assertThat(said).containsExactly("open node", "a has view a", "b has view b");
    shared.close();
    awaitSaid("close", 1);
  }

  @Test
  void afterAFailureItIsOpenedAgainAndAllAreTold() {
    shared.use("a", new User("a"));
    shared.use("b", new User("b"));
    awaitSaid("b has view b", 1);
    refusals.set(1);
    shared.loop().execute(() -> failures.getFirst().accept(broken()));
    awaitSaid("a hears: the disk is gone", 2); // the failure, and the first try to mend it
    awaitSaid("b has view b", 2);
    assertThat(said)
        .containsSubsequence(
            "close", "a hears: the disk is gone", "b hears: the disk is gone", "open node")
        .containsSubsequence("open node", "open node", "open node", "a has view a");
    assertThat(ground.health()).isEqualTo(Health.UP);
    failures.getFirst().accept(broken()); // of a store that was given up already
    shared.close();
    awaitSaid("close", 2);
  }

  @Test
  void whileItCannotBeOpenedTheNodeIsDegraded() {
    refusals.set(Integer.MAX_VALUE);
    shared.use("a", new User("a"));
    awaitSaid("a hears: the disk is gone", 2);
    assertThat(ground.health()).isEqualTo(Health.degraded("the store failed: the disk is gone"));
    shared.close();
  }
}
