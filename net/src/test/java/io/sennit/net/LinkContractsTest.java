package io.sennit.net;

import io.sennit.core.Tls;
import io.sennit.core.spi.LinkSpec;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkPressureContract;
import io.sennit.testkit.contract.OpeningFailuresContract;
import io.sennit.testkit.contract.TlsOpeningContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** What sockets must do as a simulation does, over both transports and under TLS. */
class LinkContractsTest {
  @TempDir static Path folder;

  static Tls tls;

  @BeforeAll
  static void makeCertificates() throws Exception {
    tls = new Certificates(folder).mutual("node", "dns:node.test,ip:127.0.0.1");
  }

  @Nested
  class PressureOnEpoll extends LinkPressureContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class PressureOnNio extends LinkPressureContract {
    @Override
    protected World world() {
      return Worlds.nio();
    }
  }

  @Nested
  class PressureUnderTls extends LinkPressureContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }

    @Override
    protected LinkSpec dialing(LinkSpec spec) {
      return spec.withTls(tls);
    }

    @Override
    protected LinkSpec listening(LinkSpec spec) {
      return spec.withTls(tls);
    }
  }

  @Nested
  class FailuresOnEpoll extends OpeningFailuresContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class FailuresOnNio extends OpeningFailuresContract {
    @Override
    protected World world() {
      return Worlds.nio();
    }
  }

  @Nested
  class TlsOpenings extends TlsOpeningContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }
}
