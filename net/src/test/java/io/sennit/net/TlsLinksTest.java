package io.sennit.net;

import io.sennit.core.Tls;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Opening;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkEndingsContract;
import io.sennit.testkit.contract.LinkFlowContract;
import io.sennit.testkit.contract.LinksContract;
import io.sennit.testkit.contract.OpeningContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of links under mutual TLS, and under TLS with an upgrade. */
class TlsLinksTest {
  @TempDir static Path folder;

  static Tls tls;

  @BeforeAll
  static void makeCertificates() throws Exception {
    tls = new Certificates(folder).mutual("node", "dns:node.test,ip:127.0.0.1");
  }

  @Nested
  class Links extends LinksContract {
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
  class Endings extends LinkEndingsContract {
    @Override
    protected World world() {
      return Worlds.nio();
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
  class Flow extends LinkFlowContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }

    @Override
    protected LinkSpec dialing(LinkSpec spec) {
      return upgrading(spec).withTls(tls);
    }

    @Override
    protected LinkSpec listening(LinkSpec spec) {
      return spec.withTls(tls).withOpening(new Opening.Answer("/flow", (_, _) -> {}));
    }

    private LinkSpec upgrading(LinkSpec spec) {
      return spec.withOpening(new Opening.Ask("/flow", Map::of));
    }
  }

  @Nested
  class Openings extends OpeningContract {
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
}
