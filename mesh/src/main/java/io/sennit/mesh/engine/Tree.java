package io.sennit.mesh.engine;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Loop;
import io.sennit.mesh.wire.Envelope;
import io.sennit.mesh.wire.Envelope.Unreached;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Sends a message to many through relays (docs/protocol/mesh.md, section 12). Each receiver passes
 * it on to a share of the others and answers when that share is done; the share of one that is dead
 * or silent is taken over by who sent to it. On its loop only.
 */
public final class Tree {
  private static final long MILLI = 1_000_000;
  private static final int MORE_HOPS = 8;
  private static final int MOST_ROUNDS = 3;
  private static final int MOST_JOBS = 16_384;
  private static final int MOST_ORIGINS = 8192;
  private static final int WINDOW = 1024;
  private static final long LONGEST_WAIT = 12_000 * MILLI;

  /** What a tree is part of. */
  public interface Out {
    /** Sends a message that arrives once, or is reported. */
    void send(Address to, OutboundMessage message);

    /** Sends a message that may be lost. */
    void sendLossy(Address to, byte[] envelope);

    /** Handles the message here, in the name of who sent it first. */
    void handle(Address origin, long originUid, Envelope.Command command, Runnable release);

    /** Why an address is not worth asking; empty if it is. */
    String unreachable(Address address);
  }

  /** Told once how it went. */
  public interface Report {
    /**
     * All are reached or failed.
     *
     * @param reached how many have it
     * @param failed who has not, as far as is known, and why
     */
    void done(int reached, List<Unreached> failed);
  }

  private final Loop loop;
  private final Out out;
  private final long retryTimeout;
  private final Map<Long, ReplayWindow> seen = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<JobKey, Job> jobs = new LinkedHashMap<>();
  private long nextSeq;
  private Address self = Address.of("0.0.0.0", 0);
  private long uid;

  private record JobKey(long origin, long seq, String parent) {}

  /** Nothing under way. */
  public Tree(Loop loop, Out out, long retryTimeoutNanos) {
    this.loop = loop;
    this.out = out;
    this.retryTimeout = retryTimeoutNanos;
  }

  /** Where this node is, and which process. */
  public void at(Address address, long ownUid) {
    self = address;
    uid = ownUid;
  }

  /** One share under way: of this node's own message, or passed on for a parent. */
  private final class Job {
    final JobKey key;
    final Envelope.Tree message;
    final Report report;
    final Map<Address, Child> children = new LinkedHashMap<>();
    final List<Unreached> failed = new ArrayList<>();
    int reached;
    boolean started;

    Job(JobKey key, Envelope.Tree message, Report report) {
      this.key = key;
      this.message = message;
      this.report = report;
    }

    void share(List<Address> receivers, int round) {
      if (round > MOST_ROUNDS || message.hopsLeft() == 0) {
        receivers.forEach(
            one -> failed.add(new Unreached(one.toString(), "too many relays failed")));
        return;
      }
      var asked = new ArrayList<Address>();
      for (var one : receivers) {
        var why = out.unreachable(one);
        if (why.isEmpty()) {
          asked.add(one);
        } else {
          failed.add(new Unreached(one.toString(), why));
        }
      }
      for (var share : Shares.cut(asked, message.limit())) {
        send(share, round);
      }
    }

    private void send(Shares.Share<Address> share, int round) {
      if (children.containsKey(share.head()) || share.head().equals(self)) {
        share(share.below(), round + 1); // named twice: it has it already
        return;
      }
      var child = new Child(this, share, round);
      children.put(share.head(), child);
      var envelope = passedOn(share.below());
      out.send(
          share.head(),
          new OutboundMessage(
              envelope.toBytes(),
              message.command(),
              true,
              false,
              true,
              "mesh send to many " + message.command(),
              new OutboundMessage.Fate() {
                @Override
                public void delivered() {
                  child.delivered();
                }

                @Override
                public void failed(SennitException why) {
                  child.lost(why.what());
                }
              }));
    }

    Envelope.Tree passedOn(List<Address> below) {
      return new Envelope.Tree(
          message.command(),
          message.origin(),
          message.originAddress(),
          message.seq(),
          message.reliable(),
          message.hopsLeft() - 1,
          message.limit(),
          below.stream().map(Address::toString).toList(),
          message.inner());
    }

    void finishIfDone() {
      if (started && children.values().stream().allMatch(child -> child.over)) {
        if (jobs.remove(key, this)) {
          report.done(reached, List.copyOf(failed));
        }
      }
    }
  }

  /** One that a share was given to. */
  private final class Child {
    final Job job;
    final Shares.Share<Address> share;
    final int round;
    final Loop.Timer timer =
        loop.timer(() -> lost("it took the message, but did not answer for its share"));
    boolean over;

    Child(Job job, Shares.Share<Address> share, int round) {
      this.job = job;
      this.share = share;
      this.round = round;
    }

    void delivered() {
      if (!over) {
        int levels = Shares.hops(share.below().size(), job.message.limit());
        timer.arm(Math.min(LONGEST_WAIT, retryTimeout * (levels + 1)));
      }
    }

    void done(Envelope.TreeDone done) {
      if (!over) {
        over = true;
        timer.cancel();
        job.reached += done.reached();
        job.failed.addAll(done.failed());
        job.finishIfDone();
      }
    }

    void lost(String why) {
      if (!over) {
        over = true;
        timer.cancel();
        job.failed.add(new Unreached(share.head().toString(), why));
        job.share(share.below(), round + 1);
        job.finishIfDone();
      }
    }
  }

  /**
   * Sends to many.
   *
   * @param limit how many each one sends to at most
   * @param report told when all are reached or failed; of an unreliable message, when it has left
   */
  public void start(
      int command,
      List<Address> targets,
      byte[] inner,
      int limit,
      boolean reliable,
      Report report) {
    var others = new LinkedHashSet<>(targets);
    boolean here = others.remove(self);
    var all = List.copyOf(others);
    long seq = nextSeq++;
    var message =
        new Envelope.Tree(
            command,
            uid,
            self.toString(),
            seq,
            reliable,
            Shares.hops(all.size(), limit) + MORE_HOPS,
            limit,
            List.of(),
            inner);
    if (here) {
      handle(message);
    }
    if (!reliable) {
      passOnLossy(message, all);
      report.done(all.size() + (here ? 1 : 0), List.of());
      return;
    }
    var job = new Job(new JobKey(uid, seq, ""), message, report);
    job.reached = here ? 1 : 0;
    begin(job, all);
  }

  private void begin(Job job, List<Address> receivers) {
    jobs.put(job.key, job);
    job.share(receivers, 0);
    job.started = true;
    job.finishIfDone();
  }

  private void passOnLossy(Envelope.Tree message, List<Address> receivers) {
    var job = new Job(new JobKey(message.origin(), message.seq(), ""), message, (_, _) -> {});
    for (var share : Shares.cut(receivers, message.limit())) {
      out.sendLossy(share.head(), job.passedOn(share.below()).toBytes());
    }
  }

  private void handle(Envelope.Tree message) {
    handle(message, () -> {});
  }

  private void handle(Envelope.Tree message, Runnable release) {
    if (Envelope.read(message.inner()) instanceof Envelope.Command command) {
      out.handle(Address.parse(message.originAddress()), message.origin(), command, release);
    } else {
      release.run();
    }
  }

  /**
   * A message to handle and to pass on.
   *
   * @throws io.sennit.core.ProtocolException if what is in it is malformed
   */
  public void received(Address from, Envelope.Tree message, Runnable release) {
    List<Address> share;
    try {
      share = message.share().stream().map(Address::parse).toList();
    } catch (ConfigException e) {
      release.run();
      throw new io.sennit.core.ProtocolException("share", -1, e.getMessage() + "");
    }
    if (isNew(message)) {
      handle(message, release);
    } else {
      release.run();
    }
    if (!message.reliable()) {
      if (message.hopsLeft() > 0 && !share.isEmpty()) {
        passOnLossy(message, share);
      }
      return;
    }
    var key = new JobKey(message.origin(), message.seq(), from.toString());
    if (jobs.containsKey(key)) {
      return; // the same share again: one answer follows
    }
    var job = new Job(key, message, (reached, failed) -> answer(from, message, reached, failed));
    job.reached = 1;
    if (jobs.size() >= MOST_JOBS) {
      var why = "a relay has too much to do";
      share.forEach(one -> job.failed.add(new Unreached(one.toString(), why)));
      answer(from, message, 1, job.failed);
      return;
    }
    begin(job, share);
  }

  private boolean isNew(Envelope.Tree message) {
    if (message.origin() == uid) {
      return false; // its own, come back
    }
    var window = seen.get(message.origin());
    if (window == null) {
      if (seen.size() >= MOST_ORIGINS) {
        seen.remove(seen.keySet().iterator().next());
      }
      window = new ReplayWindow(WINDOW);
      seen.put(message.origin(), window);
    }
    if (!window.isNew(message.seq())) {
      return false;
    }
    window.mark(message.seq());
    return true;
  }

  private void answer(Address to, Envelope.Tree message, int reached, List<Unreached> failed) {
    var done =
        new Envelope.TreeDone(message.command(), message.origin(), message.seq(), reached, failed);
    out.send(
        to,
        new OutboundMessage(
            done.toBytes(),
            message.command(),
            false,
            true,
            true,
            "mesh answer of a relay",
            new OutboundMessage.Fate() {
              @Override
              public void delivered() {}

              @Override
              public void failed(SennitException why) {
                // who asked takes the share over
              }
            }));
  }

  /** A relay's answer for its share. */
  public void done(Address from, Envelope.TreeDone done) {
    for (var job : List.copyOf(jobs.values())) {
      if (job.key.origin() == done.origin() && job.key.seq() == done.seq()) {
        var child = job.children.get(from);
        if (child != null) {
          child.done(done);
        }
      }
    }
  }

  /** How many shares are under way. */
  public int jobs() {
    return jobs.size();
  }

  /** All that are under way are answered. */
  public void close() {
    for (var job : List.copyOf(jobs.values())) {
      for (var entry : job.children.entrySet()) {
        if (!entry.getValue().over) {
          entry.getValue().over = true;
          entry.getValue().timer.cancel();
          job.failed.add(new Unreached(entry.getKey().toString(), "the mesh was closed"));
          entry
              .getValue()
              .share
              .below()
              .forEach(one -> job.failed.add(new Unreached(one.toString(), "the mesh was closed")));
        }
      }
      job.started = true;
      job.finishIfDone();
    }
  }
}
