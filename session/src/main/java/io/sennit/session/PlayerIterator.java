package io.sennit.session;

import io.sennit.core.Address;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Goes through players and can jump. Belongs to one thread. Seed: {@code mino.AddressIterator}. */
public final class PlayerIterator implements Iterator<Address> {
  private final List<Address> addresses;
  private int next;

  PlayerIterator(List<Address> addresses) {
    this.addresses = addresses;
  }

  /** Goes on from an index; one beyond the end has nothing behind it. Seed: {@code Seek}. */
  public void seek(int index) {
    if (index < 0) {
      throw new IndexOutOfBoundsException(index);
    }
    next = index;
  }

  /** Seed: {@code HasNext}. */
  @Override
  public boolean hasNext() {
    return next < addresses.size();
  }

  /** Seed: {@code GetNext}. */
  @Override
  public Address next() {
    if (!hasNext()) {
      throw new NoSuchElementException("player " + next + " of " + addresses.size());
    }
    return addresses.get(next++);
  }
}
