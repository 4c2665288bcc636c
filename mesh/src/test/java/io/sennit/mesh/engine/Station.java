package io.sennit.mesh.engine;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.mesh.wire.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One life of one node with nothing but a terminal, which writes into a shared journal. */
final class Station implements Terminal.Upcalls {
  static final int PORT = 7400;

  /** What became of a message, kept apart from the terminals. */
  static final class Told {
    final long id;
    final String from;
    final String to;
    final int command;
    final boolean ordered;
    final int length;
    final long sentAt;
    final Incarnation senderLife;
    long fateAt = -1;
    @Nullable Outcome failed;
    @Nullable String why;
    final List<Receipt> receipts = new ArrayList<>();

    Told(
        long id,
        String from,
        String to,
        int command,
        boolean ordered,
        int length,
        long sentAt,
        Incarnation senderLife) {
      this.id = id;
      this.from = from;
      this.to = to;
      this.command = command;
      this.ordered = ordered;
      this.length = length;
      this.sentAt = sentAt;
      this.senderLife = senderLife;
    }

    @Override
    public String toString() {
      return id + " " + from + ">" + to + " command " + command + ", " + length + " bytes, " + why;
    }
  }

  /** That a life of a node received a message. */
  record Receipt(Incarnation life, long bornAt, long at) {}

  /** All messages of a run. */
  static final class Journal {
    final List<Told> all = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    long lossySent;
    long lossyReceived;
  }

  private final Journal journal;
  private final LongSupplier clock;
  private final String name;
  final Loop loop;
  final Terminal terminal;
  final long bornAt;
  final List<Terminal.Sender> proven = new ArrayList<>();
  final List<byte[]> solos = new ArrayList<>();
  final List<Runnable> held = new ArrayList<>();
  final List<byte[]> lossy = new ArrayList<>();
  boolean hold;
  boolean bound;

  Station(
      Fabric fabric,
      String name,
      Incarnation life,
      TransportSettings settings,
      Secrets secrets,
      Journal journal,
      LongSupplier clock) {
    this.journal = journal;
    this.clock = clock;
    this.name = name;
    this.bornAt = clock.getAsLong();
    loop = fabric.loop();
    terminal = new Terminal(loop, fabric.names(), settings, secrets, life, false, this);
    loop.execute(() -> bind(fabric));
  }

  private void bind(Fabric fabric) {
    var at = Address.of(name, PORT);
    fabric
        .datagrams()
        .bind(
            loop,
            at,
            1400,
            1 << 22,
            terminal,
            Done.of(
                (Datagrams.Socket socket) -> {
                  terminal.bound(socket, at);
                  bound = true;
                },
                why -> journal.complaints.add("not bound: " + why)));
  }

  /** Sends a message that the journal follows; from the loop or the test's thread. */
  Told send(String to, int command, boolean ordered, int length) {
    long id = journal.all.size();
    var told = new Told(id, name, to, command, ordered, length, clock.getAsLong(), terminal.life());
    journal.all.add(told);
    var body = new byte[Math.max(8, length)];
    ByteBuffer.wrap(body).putLong(id);
    for (int i = 8; i < body.length; i++) {
      body[i] = (byte) (id + 31 * i);
    }
    var envelope = new Envelope.Command(command, Envelope.RAW, body).toBytes();
    loop.execute(
        () ->
            terminal.send(
                Address.of(to, PORT),
                new OutboundMessage(
                    envelope,
                    command,
                    ordered,
                    false,
                    true,
                    "send " + command,
                    new OutboundMessage.Fate() {
                      @Override
                      public void delivered() {
                        decide(told, null, "delivered");
                      }

                      @Override
                      public void failed(SennitException why) {
                        decide(told, why.outcome(), why.getMessage());
                      }
                    })));
    return told;
  }

  private void decide(Told told, @Nullable Outcome failed, @Nullable String why) {
    if (told.fateAt >= 0) {
      journal.complaints.add("two fates: " + told + " and " + why);
    }
    told.fateAt = clock.getAsLong();
    told.failed = failed;
    told.why = why;
  }

  @Override
  public void message(Terminal.Sender from, byte[] envelope, boolean reliable, Runnable release) {
    if (!reliable) {
      journal.lossyReceived++;
      lossy.add(envelope);
      return;
    }
    var body = ((Envelope.Command) Envelope.read(envelope)).body();
    long id = ByteBuffer.wrap(body).getLong();
    for (int i = 8; i < body.length; i++) {
      if (body[i] != (byte) (id + 31 * i)) {
        journal.complaints.add("a damaged message " + id + " at byte " + i);
        break;
      }
    }
    var told = journal.all.get((int) id);
    if (body.length != Math.max(8, told.length)) {
      journal.complaints.add("message " + id + " has " + body.length + " bytes");
    }
    told.receipts.add(new Receipt(terminal.life(), bornAt, clock.getAsLong()));
    if (hold) {
      held.add(release);
    } else {
      release.run();
    }
  }

  @Override
  public void cancelled(Terminal.Sender from, int correlation) {}

  @Override
  public void solo(long uid, Endpoint from, byte[] items) {
    solos.add(items);
  }

  @Override
  public void gossip(Terminal.Sender from, byte[] items) {}

  @Override
  public void proven(Terminal.Sender who, Endpoint at) {
    for (var before : proven) {
      if (before.address().equals(who.address()) && before.life().isAfter(who.life())) {
        journal.complaints.add(name + " let in life " + who.life() + " after " + before.life());
      }
    }
    proven.add(who);
  }

  @Override
  public void ended(Terminal.Sender who, SennitException why, boolean silent) {}

  @Override
  public void lifeRaised(Incarnation now) {}

  @Override
  public void failed(SennitException why) {
    journal.complaints.add("the socket failed: " + why);
  }
}
