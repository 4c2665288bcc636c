package io.sennit.net;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.DatagramsContract;
import io.sennit.testkit.contract.LifecycleContract;
import io.sennit.testkit.contract.LinkEndingsContract;
import io.sennit.testkit.contract.LinkFlowContract;
import io.sennit.testkit.contract.LinksContract;
import io.sennit.testkit.contract.LoopContract;
import io.sennit.testkit.contract.NamesContract;
import io.sennit.testkit.contract.OpeningContract;
import org.junit.jupiter.api.Nested;

/** Every contract over epoll. */
class EpollTest {
  @Nested
  class Links extends LinksContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class LinkEndings extends LinkEndingsContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class LinkFlow extends LinkFlowContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class Opening extends OpeningContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class Loop extends LoopContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class Datagrams extends DatagramsContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class Names extends NamesContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    @Override
    protected World world() {
      return Worlds.epoll();
    }
  }
}
