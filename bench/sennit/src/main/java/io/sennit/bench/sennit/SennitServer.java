package io.sennit.bench.sennit;

import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Payloads;
import io.sennit.bench.harness.PeerServer;
import io.sennit.bench.harness.Setup;
import io.sennit.grid.InlineOutput;
import io.sennit.grid.InlineStream;
import io.sennit.grid.Manager;
import java.util.ArrayDeque;

/** The serving side: echo, streams, sums. */
final class SennitServer implements PeerServer {
  private static final int CLIENTS = 4096;

  private final Manager manager;

  SennitServer(Setup setup) {
    manager = Grid.builder(setup).start();
    if (setup.handler().equals(Load.VTHREAD)) {
      manager.registerSingle(Grid.UNARY, (request, caller) -> request);
    } else {
      manager.registerSingleInline(Grid.UNARY, (request, caller) -> request);
    }
    if (setup.handler().equals(Load.VTHREAD) || setup.handler().equals(SennitPeer.BLOCKING)) {
      onThreads();
    } else {
      inline();
    }
    // A grid knows its peers; which side of a pair dials is the rule's to say, and a client without
    // a listener must be the one: so the names are tried until the rule agrees.
    int known = 0;
    for (int i = 0; known < CLIENTS && i < 4 * CLIENTS; i++) {
      if (io.sennit.grid.wire.DialRule.dials(Grid.clientHost(i), manager.hostName())) {
        manager.add(Grid.clientHost(i));
        known++;
      }
    }
  }

  private void onThreads() {
    manager.registerStreaming(
        Grid.SERVER_STREAM,
        0,
        Grid.STREAM_CAPACITY,
        (request, in, out, caller) -> {
          int count = Payloads.requestedCount(request);
          var item = Payloads.item(Payloads.requestedSize(request));
          for (int i = 0; i < count; i++) {
            out.send(item);
          }
        });
    manager.registerStreaming(
        Grid.CLIENT_STREAM,
        Grid.STREAM_CAPACITY,
        1,
        (request, in, out, caller) -> {
          long items = 0;
          long bytes = 0;
          for (var item : in) {
            items++;
            bytes += item.length;
          }
          out.send(Payloads.streamSummary(items, bytes));
        });
    manager.registerStreaming(
        Grid.BIDI,
        Grid.STREAM_CAPACITY,
        Grid.STREAM_CAPACITY,
        (request, in, out, caller) -> {
          for (var item : in) {
            out.send(item);
          }
        });
  }

  private void inline() {
    manager.registerStreamingInline(
        Grid.SERVER_STREAM,
        0,
        Grid.STREAM_CAPACITY,
        (request, out, caller) ->
            new Pump(
                out,
                Payloads.requestedCount(request),
                Payloads.item(Payloads.requestedSize(request))));
    manager.registerStreamingInline(
        Grid.CLIENT_STREAM, Grid.STREAM_CAPACITY, 1, (request, out, caller) -> new Sum(out));
    manager.registerStreamingInline(
        Grid.BIDI,
        Grid.STREAM_CAPACITY,
        Grid.STREAM_CAPACITY,
        (request, out, caller) -> new Echo(out));
  }

  /** Counts; the summary is its answer. */
  private static final class Sum implements InlineStream<byte[]> {
    private final InlineOutput<byte[]> out;
    private long items;
    private long bytes;
    private boolean ended;

    Sum(InlineOutput<byte[]> out) {
      this.out = out;
    }

    @Override
    public void item(byte[] item) {
      items++;
      bytes += item.length;
    }

    @Override
    public void ended() {
      ended = true;
      writable();
    }

    @Override
    public void writable() {
      if (ended && out.trySend(Payloads.streamSummary(items, bytes))) {
        out.end();
      }
    }
  }

  /** Sends each item back; what has no credit yet waits, bounded by the caller's own credit. */
  private static final class Echo implements InlineStream<byte[]> {
    private final InlineOutput<byte[]> out;
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private boolean ended;

    Echo(InlineOutput<byte[]> out) {
      this.out = out;
    }

    @Override
    public void item(byte[] item) {
      if (!held.isEmpty() || !out.trySend(item)) {
        held.add(item);
      }
    }

    @Override
    public void writable() {
      while (!held.isEmpty() && out.trySend(held.peek())) {
        held.remove();
      }
      if (ended && held.isEmpty()) {
        out.end();
      }
    }

    @Override
    public void ended() {
      ended = true;
      writable();
    }
  }

  @Override
  public int port() {
    return manager.address().orElseThrow().port();
  }

  @Override
  public void close() {
    manager.close();
  }
}
