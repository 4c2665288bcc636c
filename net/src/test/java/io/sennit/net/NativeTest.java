package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where epoll and BoringSSL should load they do; otherwise other tests would run on NIO twice. */
@EnabledOnOs(
    value = OS.LINUX,
    architectures = {"amd64", "aarch64"})
class NativeTest {
  @Test
  void epollIsThere() {
    assertThat(Epoll.unavailabilityCause()).isNull();
    assertThat(Io.choose(true)).isEqualTo(Io.EPOLL);
    assertThat(Io.choose(false)).isEqualTo(Io.NIO);
  }

  @Test
  void boringSslIsThere() {
    assertThat(OpenSsl.unavailabilityCause()).isNull();
    assertThat(TlsFiles.boringSsl()).isTrue();
  }
}
