package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a killed process did before: {@code LEVEL FOLDER} commits without end and prints each
 * acknowledged index, {@code open FOLDER} says whether a store can be opened, {@code lead FOLDER}
 * leads until it dies. It ends by itself when its parent does.
 */
final class ChildMain {
  private ChildMain() {}

  public static void main(String[] args) throws IOException {
    var loop = new TestLoop();
    var folder = Path.of(args[1]);
    switch (args[0]) {
      case "FSYNC", "OS" ->
          open(
              loop,
              folder,
              Done.of(store -> flood(store, Durability.valueOf(args[0])), ChildMain::say));
      case "open" -> open(loop, folder, Done.of(store -> say("opened"), ChildMain::say));
      case "lead" ->
          new FileLeadership()
              .campaign(
                  loop,
                  folder,
                  "boss",
                  "child",
                  new Leadership() {
                    @Override
                    public void leading(long epoch) {
                      say("leading " + epoch);
                    }

                    @Override
                    public void lost() {
                      say("lost");
                    }
                  });
      default -> throw new IllegalArgumentException(args[0]);
    }
    if (System.in.read() < 0) {
      Runtime.getRuntime().halt(0);
    }
  }

  private static void open(TestLoop loop, Path folder, Done<Store> done) {
    new SqliteStores().open(loop, folder, "s", done);
  }

  private static void flood(Store store, Durability level) {
    store.bounds(
        "log",
        Done.of(
            bounds -> {
              for (int i = 0; i < 20; i++) { // twenty on their way at any time
                one(store, level, new long[] {bounds.next() + i}, 20);
              }
            },
            ChildMain::say));
  }

  private static void one(Store store, Durability level, long[] index, int step) {
    long i = index[0];
    var text = ("record " + i).getBytes(UTF_8);
    store.commit(
        store.batch().append("log", i, text).put("map", Long.toString(i).getBytes(UTF_8), text),
        level,
        Done.of(
            ok -> {
              say(Long.toString(i));
              index[0] += step;
              one(store, level, index, step);
            },
            ChildMain::say));
  }

  private static void say(Object what) {
    System.out.println(what);
    System.out.flush();
  }
}
