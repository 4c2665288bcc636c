package io.sennit.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  private static final ErrorContext CALL =
      new ErrorContext(
          "a:1", "call search/1", Duration.ofMillis(52), Outcome.UNKNOWN, "Try another node.");

  @Test
  void theTextSaysWhatWhoHowLongOutcomeAndAdvice() {
    assertThat(new DisconnectedException("connection reset", CALL))
        .hasMessage(
            "connection reset [call search/1] with a:1 after 52 ms; it may have run. Try another"
                + " node.");
    assertThat(new RejectedException("busy", CALL.with(Outcome.DID_NOT_RUN).withAdvice("")))
        .hasMessage("busy [call search/1] with a:1 after 52 ms; it did not run");
    assertThat(new RemoteException("no", CALL.with(Outcome.RAN).withAdvice("")))
        .hasMessageEndingWith("; it ran");
    assertThat(new ProtocolException("op", 3, "unknown")).hasMessage("op at byte 3: unknown");
    assertThat(new ProtocolException("op", -1, "unknown")).hasMessage("op: unknown");
    assertThat(new ConfigException("port", "x", "a number"))
        .hasMessage("port = x: a number. Correct port.");
  }

  @Test
  void everyErrorKeepsItselfInOtherCircumstances() {
    var none = ErrorContext.NONE;
    List<SennitException> all =
        List.of(
            new DisconnectedException("w", none),
            new RemoteException("w", none),
            new DeadlineExceededException("w", DeadlineExceededException.Phase.CREDIT, none),
            new CancelledException("w", none),
            new RejectedException("w", none),
            new ProtocolException("w", 7, "bad"),
            new StorageException("w", none),
            new ConfigException("w", "v", "a"));
    for (var one : all) {
      var told = one.in(CALL);
      assertThat(told).hasSameClassAs(one);
      assertThat(told.what()).isEqualTo(one.what());
      assertThat(told.peer()).isEqualTo("a:1");
      assertThat(told.operation()).isEqualTo("call search/1");
      assertThat(told.elapsed()).isEqualTo(Duration.ofMillis(52));
      assertThat(told.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(told.advice()).isEqualTo("Try another node.");
      assertThat(told.context()).isEqualTo(CALL);
    }
    assertThat(((ProtocolException) all.get(5).in(CALL)).offset()).isEqualTo(7);
    assertThat(((DeadlineExceededException) all.get(2).in(CALL)).phase())
        .isEqualTo(DeadlineExceededException.Phase.CREDIT);
    assertThat(((ConfigException) all.get(7).in(CALL)).key()).isEqualTo("w");
    assertThat(((RemoteException) all.get(1)).text()).isEqualTo("w");
  }

  @Test
  void contextsOfOneThing() {
    assertThat(ErrorContext.peer("p").peer()).isEqualTo("p");
    assertThat(ErrorContext.advice("a").outcome()).isEqualTo(Outcome.DID_NOT_RUN);
    assertThat(new DisconnectedException("w", ErrorContext.NONE)).hasMessage("w");
  }
}
