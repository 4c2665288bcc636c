package io.sennit.core.spi;

/**
 * A fabric that is another one, but for what a subclass overrides: links that go another way, a
 * store that fails on demand. Methods may be called from any thread, as those of every fabric.
 */
public abstract class ForwardingFabric implements Fabric {
  private final Fabric inner;

  /** Everything is asked of {@code inner} unless overridden; closing this closes it. */
  protected ForwardingFabric(Fabric inner) {
    this.inner = inner;
  }

  /** The one it is otherwise. */
  protected final Fabric inner() {
    return inner;
  }

  @Override
  public Loop loop() {
    return inner.loop();
  }

  @Override
  public Loop quietLoop() {
    return inner.quietLoop();
  }

  @Override
  public Links links() {
    return inner.links();
  }

  @Override
  public Datagrams datagrams() {
    return inner.datagrams();
  }

  @Override
  public Names names() {
    return inner.names();
  }

  @Override
  public Runner runner() {
    return inner.runner();
  }

  @Override
  public void store(Loop owner, String name, Done<Store> done) {
    inner.store(owner, name, done);
  }

  @Override
  public Campaign campaign(Loop owner, String role, String me, Leadership leadership) {
    return inner.campaign(owner, role, me, leadership);
  }

  @Override
  public void close() {
    inner.close();
  }
}
