package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left when a process is killed: every acknowledged commit, and a free lock. */
@Timeout(60)
final class ProcessDeathTest {
  @TempDir Path folder;
  private final TestLoop loop = new TestLoop();

  @AfterEach
  void end() throws InterruptedException {
    loop.close();
  }

  private <T> T ask(java.util.function.Consumer<Done<T>> request) throws Exception {
    var answer = new CompletableFuture<T>();
    loop.execute(() -> request.accept(Done.of(answer::complete, answer::completeExceptionally)));
    return answer.get(20, TimeUnit.SECONDS);
  }

  private Store open() throws Exception {
    return this.<Store>ask(done -> new SqliteStores().open(loop, folder, "s", done));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FSYNC", "OS"})
  void everyAcknowledgedCommitIsThereAfterAKill(String level) throws Exception {
    var acknowledged = new TreeSet<Long>();
    for (int round = 0; round < 3; round++) {
      try (var child = Children.start(level, folder)) {
        for (int i = 0; i < 250 + 200 * round; i++) {
          acknowledged.add(Long.parseLong(String.valueOf(child.line())));
        }
        child.kill();
        for (var rest = child.line(); rest != null; rest = child.line()) {
          if (rest.matches("[0-9]+")) { // a last line may be torn, then it claims less or nothing
            acknowledged.add(Long.parseLong(rest));
          }
        }
      }
      var store = open();
      List<Store.Entry> log = ask(done -> store.readLog("log", 0, Integer.MAX_VALUE, done));
      assertThat(log)
          .as("records after round %d", round)
          .hasSizeGreaterThan(acknowledged.last().intValue());
      for (int i = 0; i < log.size(); i++) {
        assertThat(log.get(i).index()).isEqualTo(i);
        assertThat(new String(log.get(i).record(), UTF_8)).isEqualTo("record " + i);
      }
      List<?> map =
          ask(
              (Done<List<java.util.Map.Entry<byte[], byte[]>>> done) ->
                  store.readMap("map", new byte[0], Integer.MAX_VALUE, done));
      assertThat(map).as("log and map change together").hasSize(log.size());
      store.close();
    }
    assertThat(acknowledged).as("acknowledged at all").hasSizeGreaterThan(1000);
  }

  @Test
  void anotherProcessCannotOpenWhatIsOpen() throws Exception {
    var store = open();
    try (var child = Children.start("open", folder)) {
      assertThat(child.line()).contains("already open in another process");
    }
    store.close();
    try (var child = Children.start("open", folder)) {
      assertThat(child.line()).isEqualTo("opened");
    }
  }

  @Test
  void aKilledLeaderIsFollowedWithAGreaterEpoch() throws Exception {
    try (var child = Children.start("lead", folder)) {
      assertThat(child.line()).isEqualTo("leading 1");
      var epoch = new CompletableFuture<Long>();
      var told = new AtomicLong();
      var campaign =
          new FileLeadership()
              .campaign(
                  loop,
                  folder,
                  "boss",
                  "parent",
                  new Leadership() {
                    @Override
                    public void leading(long now) {
                      told.incrementAndGet();
                      epoch.complete(now);
                    }

                    @Override
                    public void lost() {
                      told.addAndGet(100);
                    }
                  });
      assertThat(epoch.isDone()).as("leads while the child does").isFalse();
      child.kill();
      assertThat(epoch.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      campaign.close();
      assertThat(told.get()).isEqualTo(101);
    }
  }

  @Test
  void aFolderThatIsNoneIsRefusedWithAdvice() throws Exception {
    var file = java.nio.file.Files.createFile(folder.resolve("plain"));
    var why = new CompletableFuture<SennitException>();
    new SqliteStores()
        .open(
            loop,
            file,
            "s",
            Done.of(store -> why.completeExceptionally(new AssertionError()), why::complete));
    assertThat(why.get(10, TimeUnit.SECONDS).advice()).contains("data folder");
  }
}
