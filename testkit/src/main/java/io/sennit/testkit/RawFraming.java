package io.sennit.testkit;

import io.netty.buffer.ByteBuf;
import io.sennit.core.spi.Framing;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** No framing at all: bytes out as they are, bytes in as they come. For ill-behaved peers. */
public final class RawFraming implements Framing {
  @Override
  public State start(boolean dialer, int maxMessage, RandomGenerator masks) {
    return new State() {
      @Override
      public void encode(ByteBuf message, Consumer<ByteBuf> out) {
        out.accept(message);
      }

      @Override
      public void decode(ByteBuf in, Output out) {
        if (in.isReadable()) {
          out.message(in.readSlice(in.readableBytes()), true);
        }
      }

      @Override
      public void end() {}
    };
  }
}
