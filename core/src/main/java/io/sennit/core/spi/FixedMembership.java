package io.sennit.core.spi;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** See {@link Membership#fixed}. */
final class FixedMembership implements Membership {
  private final View view;

  FixedMembership(List<Member> members) {
    var sorted = members.stream().sorted(Comparator.comparing(Member::address)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).address().equals(sorted.get(i - 1).address())) {
        throw new IllegalArgumentException("two members at " + sorted.get(i).address());
      }
    }
    view = new View(1, sorted);
  }

  @Override
  public View view() {
    return view;
  }

  @Override
  public Watch listen(Loop loop, Consumer<View> changed) {
    var closed = new AtomicBoolean();
    loop.execute(
        () -> {
          if (!closed.get()) {
            changed.accept(view);
          }
        });
    return () -> closed.set(true);
  }
}
