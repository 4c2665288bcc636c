package io.sennit.shards.engine;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Loop;
import io.sennit.shards.MovePhase;
import io.sennit.shards.MoveResult;
import io.sennit.shards.wire.own.Hello.Claim;
import io.sennit.shards.wire.own.Hello.Holding;
import io.sennit.shards.wire.own.Own;
import io.sennit.shards.wire.own.Own.How;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves of shards, docs/protocol/shards.md §8: make room, freeze, stream, resume. The permit for
 * the destination is the point of no return; until it is written down the origin gets the shard
 * back with its state, and afterwards only when the destination's permit is surely void. On the
 * loop.
 */
final class Mover {
  private final OrchestratorEngine home;
  private final Loop loop;
  private final TreeMap<Long, Move> moves = new TreeMap<>();
  private final TreeMap<String, Integer> perNode = new TreeMap<>();

  Mover(OrchestratorEngine home, Loop loop) {
    this.home = home;
    this.loop = loop;
  }

  int count() {
    return moves.size();
  }

  /** Original nodes take part in one move at a time, in either role. */
  boolean hasRoom(Life life) {
    int most = life.isOriginal() ? 1 : home.settings.mostMovesPerNode();
    return moves.size() < home.settings.mostMoves() && perNode.getOrDefault(life.key, 0) < most;
  }

  @Nullable Life destination(long id) {
    var move = moves.get(id);
    return move == null ? null : move.to;
  }

  void begin(Owner owner, Life from, Life to, String why, Consumer<MoveResult> told) {
    var move =
        new Move(
            home.nextMove(), owner, from, to, Long.toHexString(loop.secrets().nextLong()), told);
    moves.put(move.id, move);
    perNode.merge(from.key, 1, Integer::sum);
    perNode.merge(to.key, 1, Integer::sum);
    owner.move = move;
    home.log().add("move", owner.shard, to.id, "from " + from.id + ": " + why);
    enter(move, MovePhase.RESERVE, home.settings.reserve());
    home.tell(to, new Own.Reserve(move.id, owner.shard, move.token));
  }

  private void enter(Move move, MovePhase phase, Duration limit) {
    move.phase = phase;
    move.deadline = loop.nanoTime() + limit.toNanos();
  }

  private @Nullable Move at(long id, Life side, boolean destination, MovePhase phase) {
    var move = moves.get(id);
    return move != null
            && !move.returning
            && move.phase == phase
            && (destination ? move.to : move.from) == side
        ? move
        : null;
  }

  void reserved(Life life, Own.Reserved answer) {
    var move = at(answer.move(), life, true, MovePhase.RESERVE);
    if (move == null) {
      return;
    }
    if (!answer.ok()) {
      giveUp(move, "the destination has no room: " + answer.why());
      return;
    }
    enter(move, MovePhase.FREEZE, home.settings.freeze());
    move.frozenAt = loop.nanoTime();
    freeze(move);
  }

  private void freeze(Move move) {
    home.tell(
        move.from,
        new Own.Freeze(move.id, move.owner.shard, move.owner.epoch, move.to.address, move.token));
  }

  void frozen(Life life, Own.Frozen answer) {
    var move = at(answer.move(), life, false, MovePhase.FREEZE);
    if (move == null) {
      return;
    }
    if (!answer.ok()) {
      giveUp(move, "the origin did not freeze it: " + answer.why());
      return;
    }
    home.frozen(move.owner);
    enter(move, MovePhase.STREAM, home.settings.stream());
  }

  void sent(Life life, Own.Sent answer) {
    var move = at(answer.move(), life, false, MovePhase.STREAM);
    if (move != null && !answer.ok()) {
      giveUp(move, "the origin could not send the state: " + answer.why());
    }
  }

  void progress(Life life, Own.Progress told) {
    var move = moves.get(told.move());
    if (move != null && move.to == life && told.bytes() >= move.bytes) {
      move.count = told.count();
      move.bytes = told.bytes();
      if (move.phase == MovePhase.STREAM) {
        move.deadline = loop.nanoTime() + home.settings.stream().toNanos();
      }
    }
  }

  void received(Life life, Own.Received answer) {
    var move = moves.get(answer.move());
    if (move == null || move.returning || move.to != life) {
      return;
    }
    if (!answer.ok()) {
      if (move.phase == MovePhase.STREAM || move.phase == MovePhase.FREEZE) {
        giveUp(move, "the destination could not take the state: " + answer.why());
      }
      return;
    }
    move.count = answer.count();
    move.bytes = answer.bytes();
    if (move.phase == MovePhase.STREAM) {
      resume(move);
    } else if (move.phase == MovePhase.FREEZE) { // the state overtook the word that it was frozen
      home.frozen(move.owner);
      resume(move);
    }
  }

  private void resume(Move move) {
    enter(move, MovePhase.RESUME, home.settings.resume());
    home.grant(move.owner, move.to, How.RESUME, move.id, "its state has come");
  }

  /** The holder of a permit runs the shard. */
  void running(Owner owner, Life life) {
    var move = owner.move;
    if (move == null) {
      return;
    }
    if (move.returning && life == move.from) {
      rolledBack(move);
    } else if (!move.returning && move.phase == MovePhase.RESUME && life == move.to) {
      finish(
          move,
          new MoveResult.Moved(Duration.ofNanos(loop.nanoTime() - move.frozenAt), move.bytes));
      home.tell(move.from, new Own.Drop(move.id, owner.shard));
      home.log().add("moved", owner.shard, life.id, move.bytes + " bytes of state");
    }
  }

  /** A permit is surely void. */
  void freed(Owner owner) {
    var move = owner.move;
    if (move == null) {
      return;
    }
    if (move.returning && owner.holder.equals(move.from.key)) {
      rolledBack(move); // not even the origin has it: it is started anew
    } else if (move.returning) {
      giveBack(move);
    } else if (move.phase == MovePhase.RESUME) {
      giveUp(move, "the destination does not run it");
    } else if (move.phase != MovePhase.STREAM) {
      giveUp(move, "the origin does not run it any more");
    }
  }

  /** A life is over, and all its permits were told to be void before. */
  void over(Life life) {
    for (var move : List.copyOf(moves.values())) {
      if (!moves.containsKey(move.id)) {
        continue;
      }
      if (move.returning) {
        giveBack(move);
      } else if (life == move.to) {
        giveUp(move, "the destination is gone");
      } else if (life == move.from && move.phase != MovePhase.RESUME) {
        giveUp(move, "the origin is gone");
      }
    }
  }

  void tick(long now) {
    for (var move : List.copyOf(moves.values())) {
      if (now - move.deadline < 0 || !moves.containsKey(move.id)) {
        continue;
      }
      if (!move.returning) {
        giveUp(move, "it took too long");
      } else {
        move.deadline = now + home.settings.resume().toNanos();
        giveBack(move);
      }
    }
  }

  /** A node that came again has something of a move. */
  void claimed(Life life, Owner owner, Claim claim) {
    var move = moves.get(claim.move());
    if (move != null && !move.returning && (life == move.from || life == move.to)) {
      if (life == move.from
          && move.phase == MovePhase.FREEZE
          && claim.holding() == Holding.RUNNING) {
        freeze(move);
      }
      return; // the node says again what may have been lost
    }
    if (move != null && move.returning && life == move.from) {
      return; // it is told again what it holds
    }
    if (claim.holding() == Holding.RUNNING || claim.holding() == Holding.STOPPING) {
      return;
    }
    boolean own = owner.held && owner.holder.equals(life.key) && owner.move == null;
    if (own && !owner.committing && claim.holding() == Holding.FROZEN) {
      home.grant(owner, life, How.THAW, claim.move(), "its move is forgotten");
    } else if (own && !owner.committing && claim.holding() == Holding.RECEIVED) {
      home.grant(owner, life, How.RESUME, claim.move(), "its permit was lost");
    } else {
      home.tell(life, new Own.Drop(claim.move(), owner.shard));
      if (own && !owner.committing) {
        home.free(owner, "the node came with a part of its state only");
      }
    }
  }

  /** Takes a move back: the destination forgets it, the origin gets the shard again. */
  private void giveUp(Move move, String why) {
    move.failedAt = move.phase;
    move.why = why;
    move.returning = true;
    move.deadline = loop.nanoTime() + home.settings.resume().toNanos();
    home.log().add("return", move.owner.shard, move.from.id, move.phase + ": " + why);
    home.tell(move.to, new Own.Drop(move.id, move.owner.shard));
    if (move.failedAt == MovePhase.RESERVE && move.owner.running) {
      rolledBack(move); // it never stopped
    } else {
      giveBack(move);
    }
  }

  private void giveBack(Move move) {
    var owner = move.owner;
    if (owner.held && owner.holder.equals(move.to.key)) {
      if (!owner.committing) {
        home.release(owner, move.to, "its move is taken back");
      } // else the permit goes out first, and is taken back at the next look
      return;
    }
    if (move.from.status == Life.Status.OVER) {
      rolledBack(move); // it is started anew
    } else if (!owner.committing && !isTold(owner, move)) {
      home.grant(owner, move.from, How.THAW, move.id, "its move is taken back");
    }
  }

  private static boolean isTold(Owner owner, Move move) {
    var sent = owner.sent;
    return owner.held && sent != null && sent.how() == How.THAW && sent.move() == move.id;
  }

  private void rolledBack(Move move) {
    var at = move.failedAt;
    finish(move, new MoveResult.RolledBack(at == null ? move.phase : at, move.why));
    home.log().add("rolled-back", move.owner.shard, move.from.id, move.why);
    home.place();
  }

  private void finish(Move move, MoveResult result) {
    moves.remove(move.id);
    forget(move.from);
    forget(move.to);
    move.owner.move = null;
    move.told.accept(result);
  }

  private void forget(Life life) {
    perNode.computeIfPresent(life.key, (_, n) -> n == 1 ? null : n - 1);
  }

  void close(SennitException why) {
    for (var move : List.copyOf(moves.values())) {
      finish(move, new MoveResult.RolledBack(move.phase, "the orchestrator ended: " + why.what()));
    }
  }
}
