package io.sennit.bench.harness;

/** Applies one kind of load to any peer. */
interface Driver {
  LoadResult run(PeerClient client, Load load) throws Exception;

  /** The driver for a load. */
  static Driver of(Load load) {
    return switch (load.work()) {
      case Load.UNARY, Load.HOL_ALONE ->
          load.caller().equals(Load.CALLBACK) ? new CallbackDriver() : new BlockingDriver();
      case Load.SERVER_STREAM -> new ServerStreamDriver();
      case Load.CLIENT_STREAM -> new ClientStreamDriver();
      case Load.BIDI -> new BidiDriver();
      case Load.HOL, Load.HOL_MESSAGE -> new BesideDriver();
      case Load.IDLE -> new IdleDriver();
      default -> throw new IllegalArgumentException("unknown work: " + load.work());
    };
  }
}
