package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import io.sennit.testkit.Leaks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What strands keep in the node's data folder is there in the next life, and is theirs alone. */
@Timeout(60)
@ExtendWith(Leaks.class)
class DataTest {
  @TempDir Path temp;

  /** Reads what is there under one key, writes its own word, and tells what it had read. */
  private Trial keeper(String name, BlockingQueue<String> told) {
    var trial = new Trial(name, new ArrayList<>());
    trial.begin =
        context -> {
          context.store(
              new StrandContext.StoreUser() {
                @Override
                public void opened(Store view) {
                  view.readMap(
                      "words",
                      new byte[0],
                      1000,
                      Done.of(
                          found ->
                              view.commit(
                                  view.batch().put("words", bytes("word"), bytes("of " + name)),
                                  Durability.FSYNC,
                                  Done.of(
                                      nothing -> told.add(name + " had " + words(found)),
                                      this::failed)),
                          this::failed));
                }

                @Override
                public void failed(SennitException why) {
                  told.add(why.toString());
                }
              });
          return context;
        };
    return trial;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> words(List<java.util.Map.Entry<byte[], byte[]>> found) {
    return found.stream().map(e -> new String(e.getValue(), StandardCharsets.UTF_8)).toList();
  }

  @Test
  void itIsThereInTheNextLifeAndEachStrandHasItsOwn() throws Exception {
    var told = new ArrayBlockingQueue<String>(10);
    var lives = new ArrayList<io.sennit.core.Incarnation>();
    for (int life = 0; life < 2; life++) {
      var catalog = new StrandCatalog(List.of(keeper("a", told), keeper("b", told)));
      try (var node =
          NodeConfig.of(catalog).builder().notRecorded().data(temp.resolve("data")).start()) {
        lives.add(node.incarnation());
        var heard = new ArrayList<String>();
        heard.add(told.poll(20, TimeUnit.SECONDS));
        heard.add(told.poll(20, TimeUnit.SECONDS));
        assertThat(heard)
            .containsExactlyInAnyOrder(
                life == 0 ? "a had []" : "a had [of a]", life == 0 ? "b had []" : "b had [of b]");
        assertThat(node.health().overall()).isEqualTo(Health.UP);
      }
    }
    assertThat(lives.getLast().isAfter(lives.getFirst())).isTrue();
  }
}
