package io.sennit.net;

import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Opening;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkEndingsContract;
import io.sennit.testkit.contract.LinkFlowContract;
import io.sennit.testkit.contract.LinksContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The contracts of links after an HTTP upgrade. */
class UpgradedLinksTest {
  private static LinkSpec ask(LinkSpec spec) {
    return spec.withOpening(new Opening.Ask("/grid", Map::of));
  }

  private static LinkSpec answer(LinkSpec spec) {
    return spec.withOpening(new Opening.Answer("/grid", (_, _) -> {}));
  }

  @Nested
  class Links extends LinksContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }

    @Override
    protected LinkSpec dialing(LinkSpec spec) {
      return ask(spec);
    }

    @Override
    protected LinkSpec listening(LinkSpec spec) {
      return answer(spec);
    }
  }

  @Nested
  class Endings extends LinkEndingsContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }

    @Override
    protected LinkSpec dialing(LinkSpec spec) {
      return ask(spec);
    }

    @Override
    protected LinkSpec listening(LinkSpec spec) {
      return answer(spec);
    }
  }

  @Nested
  class Flow extends LinkFlowContract {
    @Override
    protected World world() {
      return Worlds.nio();
    }

    @Override
    protected LinkSpec dialing(LinkSpec spec) {
      return ask(spec);
    }

    @Override
    protected LinkSpec listening(LinkSpec spec) {
      return answer(spec);
    }
  }
}
