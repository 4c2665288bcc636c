package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.SystemOptions;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkTests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fabric that was used and closed leaves no descriptor and no direct buffer behind. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class NothingStaysTest extends LinkTests {
  private static final int ROUNDS = 10;

  @Override
  protected World world() {
    return Worlds.epoll();
  }

  private static long descriptors() {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long directBuffers() {
    return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
        .mapToLong(PoolArenaMetric::numActiveAllocations)
        .sum();
  }

  private void use(boolean epoll) {
    world =
        new io.sennit.testkit.SocketWorld(
            SystemOptions.defaults().withLoops(2).withNativeTransport(epoll));
    var ends = open(plain());
    write(ends.dialer(), pattern(100_000, 1));
    world.await("the message", () -> ends.listener().messages().size() == 1);
    var answer = new Answer<List<Endpoint>>();
    var a = world.node("a");
    a.names().resolve(a.loop(), "nobody.invalid:1", false, answer);
    world.await("an answer", () -> answer.answers() == 1);
    world.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noDescriptorAndNoDirectBufferStays(boolean epoll) {
    world.close();
    use(epoll); // what is made once for the whole process is made here
    long files = descriptors();
    long buffers = directBuffers();
    for (int i = 0; i < ROUNDS; i++) {
      use(epoll);
    }
    world = world();
    // others of this process may open a file meanwhile, but not one a round
    world.await("descriptors to be given back", () -> descriptors() < files + ROUNDS);
    assertThat(directBuffers()).isLessThan(buffers + ROUNDS);
  }
}
