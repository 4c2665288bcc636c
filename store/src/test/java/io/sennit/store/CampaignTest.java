package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric.Campaign;
import io.sennit.core.spi.Leadership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Candidates by file lock when the process, the loop or the files are in trouble. */
@Timeout(60)
final class CampaignTest {
  @TempDir Path folder;
  private final TestLoop loop = new TestLoop();
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    loop.close();
  }

  private Campaign campaign(TestLoop on, String me) {
    return new FileLeadership()
        .campaign(
            on,
            folder,
            "boss",
            me,
            new Leadership() {
              @Override
              public void leading(long epoch) {
                told.add(me + " leads " + epoch);
              }

              @Override
              public void lost() {
                told.add(me + " lost");
              }

              @Override
              public void unreachable(SennitException why) {
                told.add(me + " unreachable: " + why.getMessage());
              }
            });
  }

  private void await(String what) {
    Awaitility.await().until(() -> told.stream().anyMatch(line -> line.startsWith(what)));
  }

  /**
   * A leader shared the pool for off-loaded work: when it was full, the leader counted as lost, and
   * its lock was never freed in this process. (foundation B2)
   */
  @Test
  void aFullPoolOfOffloadedWorkDoesNotEndALeadership() throws Exception {
    var full =
        new TestLoop() {
          @Override
          public <T> void offload(Callable<T> work, Done<T> done) {
            execute(
                () -> done.failed(new RejectedException("the pool is full", ErrorContext.NONE)));
          }
        };
    var first = campaign(full, "first");
    await("first leads 1");
    var second = campaign(loop, "second");
    Awaitility.await()
        .during(Duration.ofMillis(2_500)) // two looks
        .atMost(Duration.ofSeconds(5))
        .until(() -> told.equals(List.of("first leads 1")));
    first.close();
    await("second leads 2");
    assertThat(told).containsExactly("first leads 1", "first lost", "second leads 2");
    second.close();
    full.close();
  }

  @Test
  void aLeaderIsSureForAWhileAndALoserIsNot() {
    var campaign = campaign(loop, "a");
    await("a leads");
    var sure = new AtomicLong(-1);
    loop.execute(() -> sure.set(campaign.sureNanos()));
    Awaitility.await().until(() -> sure.get() >= 0);
    assertThat(sure.get())
        .isBetween(Duration.ofSeconds(1).toNanos(), Duration.ofSeconds(4).toNanos());
    campaign.close();
    loop.execute(() -> sure.set(campaign.sureNanos()));
    Awaitility.await().until(() -> sure.get() == 0);
  }

  /** Another may lead only when the one before knows that it does not. */
  @Test
  void aBlockedLoopHoldsTheLockUntilItWasTold() throws Exception {
    var blocked = new CountDownLatch(1);
    var first = campaign(loop, "first");
    await("first leads 1");
    loop.execute(
        () -> {
          first.close(); // on the loop: returns at once
          try {
            blocked.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    var other = new TestLoop();
    var second = campaign(other, "second");
    Awaitility.await()
        .during(Duration.ofMillis(1_500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> told.size() == 1);
    blocked.countDown();
    await("second leads 2");
    assertThat(told).containsExactly("first leads 1", "first lost", "second leads 2");
    second.close();
    assertThat(told).endsWith("second lost");
    other.close();
  }

  @Test
  void aServiceThatCannotBeReachedIsToldOnceForEachReason() throws Exception {
    var epoch = folder.resolve("boss.epoch");
    Files.writeString(epoch, "epoch 7 of a, check 00000000\n");
    var campaign = campaign(loop, "a");
    await("a unreachable");
    assertThat(told.getFirst()).contains("damaged").contains("number alone");
    Awaitility.await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> told.size() == 1);
    Files.writeString(epoch, "41\n"); // as the advice says
    await("a leads 42");
    campaign.close();
    assertThat(Files.readString(epoch)).startsWith("epoch 42 of a, check ");
  }

  @Test
  void aLoopThatHasEndedFreesTheLock() throws Exception {
    var gone = new TestLoop();
    var first = campaign(gone, "first");
    await("first leads 1");
    gone.close();
    first.close();
    var second = campaign(loop, "second");
    await("second leads 2");
    second.close();
  }

  /** A file that could not be looked at counted as missing, so the epochs began anew. (B15) */
  @Test
  void anEpochFileThatCannotBeReadIsNotMissing() throws Exception {
    var file = new EpochFile(folder.resolve("sub/x.epoch"));
    Files.createFile(folder.resolve("sub")); // no folder, so what is in it cannot be looked at
    assertThatThrownBy(file::read).isInstanceOf(IOException.class);
    assertThat(new EpochFile(folder.resolve("y.epoch")).read()).isZero();
    Files.createFile(folder.resolve("z.epoch"));
    assertThatThrownBy(new EpochFile(folder.resolve("z.epoch"))::read)
        .as("an empty file is damaged")
        .isInstanceOf(StorageException.class);
    Files.write(folder.resolve("z.epoch"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(new EpochFile(folder.resolve("z.epoch"))::read)
        .isInstanceOf(StorageException.class);
    Files.write(folder.resolve("z.epoch"), "-3".getBytes(UTF_8));
    assertThatThrownBy(new EpochFile(folder.resolve("z.epoch"))::read)
        .isInstanceOf(StorageException.class);
  }
}
