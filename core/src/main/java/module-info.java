import org.jspecify.annotations.NullMarked;

/** The vocabulary all strands share: places, errors, time, links, storage, membership, codecs. */
@NullMarked
module io.sennit.core {
  requires transitive io.netty.buffer;
  requires java.naming;
  requires static transitive org.jspecify;

  exports io.sennit.core;
  exports io.sennit.core.codec;
  exports io.sennit.core.death;
  exports io.sennit.core.spi;
  exports io.sennit.core.loop;
  exports io.sennit.core.storage;
  exports io.sennit.core.link;

  uses io.sennit.core.spi.TransportProvider;
  uses io.sennit.core.spi.StoreProvider;
  uses io.sennit.core.spi.LeadershipProvider;
}
