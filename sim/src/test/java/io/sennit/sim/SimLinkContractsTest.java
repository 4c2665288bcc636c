package io.sennit.sim;

import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkPressureContract;
import io.sennit.testkit.contract.OpeningFailuresContract;
import io.sennit.testkit.contract.TlsOpeningContract;
import org.junit.jupiter.api.Nested;

/** What a simulation must do as sockets do. */
final class SimLinkContractsTest {
  @Nested
  class Pressure extends LinkPressureContract {
    @Override
    protected World world() {
      return new SimWorld(1);
    }
  }

  @Nested
  class Failures extends OpeningFailuresContract {
    @Override
    protected World world() {
      return new SimWorld(1);
    }
  }

  @Nested
  class TlsOpenings extends TlsOpeningContract {
    @Override
    protected World world() {
      return new SimWorld(1);
    }
  }
}
