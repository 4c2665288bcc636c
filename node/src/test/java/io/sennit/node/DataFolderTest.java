package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DataFolderTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path temp;

  private Incarnation live(long millis) {
    try (var life =
        DataFolder.begin(temp.resolve("a/data"), Instant.ofEpochMilli(millis), RANDOM)) {
      return life.incarnation();
    }
  }

  @Test
  void eachLifeIsLaterWhateverTheClockSays() {
    var first = live(1000);
    assertThat(first.number()).isEqualTo(1000);
    var second = live(500); // the clock was set back
    assertThat(second.isAfter(first)).isTrue();
    var third = live(5000);
    assertThat(third.isAfter(second)).isTrue();
    assertThat(third.number()).isEqualTo(5000);
  }

  @Test
  void itIsOnTheDiskBeforeAnybodyHearsOfIt() throws Exception {
    var folder = temp.resolve("data");
    try (var life = DataFolder.begin(folder, Instant.ofEpochMilli(9), RANDOM)) {
      assertThat(Files.readString(folder.resolve("incarnation")).strip())
          .isEqualTo(life.incarnation().toString());
    }
  }

  @Test
  void oneNodeHasTheFolderAtATime() {
    var folder = temp.resolve("data");
    try (var life = DataFolder.begin(folder, Instant.now(), RANDOM)) {
      assertThat(life.incarnation()).isNotNull();
      assertThatThrownBy(() -> DataFolder.begin(folder, Instant.now(), RANDOM))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("no other node uses");
    }
    DataFolder.begin(folder, Instant.now(), RANDOM).close();
  }

  @Test
  void damageIsNoFirstLife() throws Exception {
    live(1000);
    for (var text : List.of("", "x", "12", "12-", "-1-00", "9".repeat(1000))) {
      Files.writeString(temp.resolve("a/data/incarnation"), text);
      assertThatThrownBy(() -> live(2000))
          .as(text)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("remove it, and the next life is numbered by the clock");
    }
    Files.delete(temp.resolve("a/data/incarnation"));
    assertThat(live(3000).number()).isEqualTo(3000); // the advice works, and the lock was free
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    var file = Files.writeString(temp.resolve("file"), "x");
    assertThatThrownBy(() -> DataFolder.begin(file.resolve("data"), Instant.now(), RANDOM))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data = " + file);
  }
}
