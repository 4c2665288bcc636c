package io.sennit.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** (field F1) An exception whose own methods throw ended the thread that only wanted to log it. */
class ThrownTest {
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("a message that throws");
    }
  }

  @Test
  void whatCannotSpeakIsNamedByItsClass() {
    var bad = new Unspeakable();
    assertThat(Thrown.words(bad)).isEqualTo(Unspeakable.class.getName());
    assertThat(Thrown.message(bad)).isEqualTo(Unspeakable.class.getName());
    assertThat(Thrown.words(null)).isEqualTo("no reason");
    assertThat(Thrown.message(new IllegalStateException())).isEqualTo("IllegalStateException");
    assertThat(Thrown.message(new IllegalStateException("why"))).isEqualTo("why");
  }

  @Test
  void whatALoggerCannotPrintHasAStandInWithItsStack() {
    var bad = new Unspeakable();
    assertThat(Thrown.printable(bad).toString()).contains(Unspeakable.class.getName());
    assertThat(Thrown.printable(bad).getStackTrace()).isEqualTo(bad.getStackTrace());
    var outer = new IllegalStateException("outer", bad);
    assertThat(Thrown.printable(outer)).isNotSameAs(outer);
    var suppressing = new IllegalStateException("suppressing");
    suppressing.addSuppressed(bad);
    assertThat(Thrown.printable(suppressing)).isNotSameAs(suppressing);
    var good = new IllegalStateException("good", new IllegalStateException("cause"));
    assertThat(Thrown.printable(good)).isSameAs(good);
  }
}
