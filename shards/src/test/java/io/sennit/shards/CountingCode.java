package io.sennit.shards;

import io.sennit.shards.engine.ShardCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Shards whose state is a list of numbers; each step is shown to the judge. */
class CountingCode implements ShardCode {
  /** A state; on its lane only. */
  static final class Numbers {
    final int shard;
    final List<Long> list = new ArrayList<>();
    boolean loaded; // a move brought it
    long epoch; // of the newest permit

    Numbers(int shard) {
      this.shard = shard;
    }
  }

  private final String node;
  private final Judge judge;

  CountingCode(String node, Judge judge) {
    this.node = node;
    this.judge = judge;
  }

  @Override
  public Object open(int shard) {
    return new Numbers(shard);
  }

  @Override
  public void granted(Object state, ShardPermit permit) {
    var numbers = (Numbers) state;
    permit.check();
    judge.acts(node, permit);
    if (numbers.loaded) {
      numbers.loaded = false;
      judge.arrived(numbers.shard, permit.epoch(), numbers.list);
    }
    numbers.epoch = permit.epoch();
  }

  @Override
  public void frozen(Object state) {
    var numbers = (Numbers) state;
    judge.froze(numbers.shard, numbers.epoch, numbers.list);
  }

  @Override
  public void save(Object state, Sink out) throws InterruptedException {
    for (var number : ((Numbers) state).list) {
      out.send(ByteBuffer.allocate(8).putLong(number).array());
    }
  }

  @Override
  public void load(Object state, byte[] piece) {
    var numbers = (Numbers) state;
    numbers.loaded = true;
    numbers.list.add(ByteBuffer.wrap(piece).getLong());
  }

  @Override
  public void stop(Object state, StopReason why) {}
}
