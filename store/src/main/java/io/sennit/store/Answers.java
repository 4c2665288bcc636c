package io.sennit.store;

import io.sennit.core.spi.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** The answers of several requests, given in one task of the owner's loop. */
final class Answers implements Runnable {
  private static final System.Logger LOG = System.getLogger(Answers.class.getName());

  private final Loop owner;
  private final List<Runnable> list = new ArrayList<>();

  Answers(Loop owner) {
    this.owner = owner;
  }

  void add(Runnable answer) {
    list.add(answer);
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  int size() {
    return list.size();
  }

  /** Hands them to the loop; if it has ended, they are given here. */
  void send() {
    if (list.isEmpty()) {
      return;
    }
    try {
      owner.execute(this);
    } catch (RejectedExecutionException gone) {
      try {
        run();
      } catch (RuntimeException | Error e) {
        LOG.log(System.Logger.Level.WARNING, "an answer of a store, given after its loop's end", e);
      }
    }
  }

  @Override
  public void run() {
    Throwable first = null;
    for (var answer : list) {
      try {
        answer.run();
      } catch (RuntimeException | Error e) { // one bad receiver must not silence the others
        if (first == null) {
          first = e;
        } else if (first != e) {
          first.addSuppressed(e);
        }
      }
    }
    switch (first) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }
}
