package io.sennit.shards.scripted;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A scripted peer's connection: bytes out as hex, events in as hex, cut by nothing but their own
 * headers. Knows nothing of Sennit's codecs.
 */
final class RawEvents implements Link.Handler {
  /** Bytes as they are. */
  static final class Plain implements Framing {
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

  private final Link link;
  private final Consumer<String> heard;
  private final ByteArrayOutputStream left = new ByteArrayOutputStream();
  private final Runnable opened;
  boolean isOpen;
  boolean isClosed;

  /** Dials; {@code opened} is told on the loop, then each event as {@code header|body}. */
  RawEvents(Fabric fabric, Address to, Runnable opened, Consumer<String> heard) {
    this.heard = heard;
    this.opened = opened;
    this.link = fabric.links().dial(fabric.loop(), to, LinkSpec.of(new Plain()), this);
  }

  /** Around an accepted link. */
  RawEvents(Link link, Consumer<String> heard) {
    this.heard = heard;
    this.opened = () -> {};
    this.link = link;
  }

  @Override
  public void opened(Link to) {
    isOpen = true;
    opened.run();
  }

  @Override
  public void message(Link from, ByteBuf part, boolean last) {
    var bytes = new byte[part.readableBytes()];
    part.getBytes(part.readerIndex(), bytes);
    left.writeBytes(bytes);
    for (var one : cut()) {
      heard.accept(one);
    }
  }

  private List<String> cut() {
    var whole = new ArrayList<String>();
    var all = left.toByteArray();
    int at = 0;
    while (all.length - at >= 8) {
      int length = (all[at + 4] & 255) | (all[at + 5] & 255) << 8 | (all[at + 6] & 255) << 16;
      if (all.length - at - 8 < length) {
        break;
      }
      whole.add(
          HexFormat.of().formatHex(all, at, at + 8)
              + "|"
              + HexFormat.of().formatHex(all, at + 8, at + 8 + length));
      at += 8 + length;
    }
    left.reset();
    left.write(all, at, all.length - at);
    return whole;
  }

  /** Sends bytes written as hex, with any bars and blanks. */
  void send(String hex) {
    link.loop().execute(() -> sendNow(hex));
  }

  private void sendNow(String hex) {
    if (isOpen && !isClosed) {
      link.write(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex.replaceAll("[|\\s]", ""))));
    }
  }

  void close() {
    link.loop()
        .execute(
            () -> {
              if (isOpen && !isClosed) {
                link.close();
              }
            });
  }

  @Override
  public void closed(Link from, Optional<SennitException> why) {
    isClosed = true;
  }
}
