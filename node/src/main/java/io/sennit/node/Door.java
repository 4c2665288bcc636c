package io.sennit.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.Address;
import io.sennit.core.CancelledException;
import io.sennit.core.ClusterKey;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Tls;
import io.sennit.core.Within;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.Reserved;
import io.sennit.grid.State;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command's way into a running process: it comes as a guest, and may use the control service
 * only. Any thread but a loop may use it; end it with {@link #close}. docs/control.md.
 *
 * <pre>{@code
 * try (var door = Door.open("127.0.0.1:7400", ClusterKey.fromEnv(), Optional.empty(), SOON)) {
 *   var info = door.ask("info", Map.of(), SOON);
 * }
 * }</pre>
 */
public final class Door implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Manager guest;
  private final Connection process;

  private Door(Manager guest, Connection process) {
    this.guest = guest;
    this.process = process;
  }

  /**
   * Connects. One attempt is made: what is not there is told at once.
   *
   * @param at {@code host:port}, or {@code http(s)://host:port}
   * @param key the cluster's key, if the process has one
   * @param tls certificates, which make {@code host:port} mean https
   * @throws DisconnectedException if nobody listens there
   * @throws RejectedException if the process refuses: another key, or too many guests
   * @throws DeadlineExceededException if it is not done in time
   */
  public static Door open(String at, Optional<ClusterKey> key, Optional<Tls> tls, Within within) {
    var host = at.contains("://") ? at : (tls.isPresent() ? "https://" : "http://") + place(at);
    var builder = Manager.builder().guest().gated();
    key.ifPresentOrElse(builder::key, () -> builder.auth(new OpenDoor()));
    tls.ifPresent(builder::tls);
    var guest = builder.start();
    try {
      return new Door(guest, connect(guest, host, key.isPresent(), within));
    } catch (RuntimeException e) {
      guest.close();
      throw e;
    }
  }

  private static Address place(String at) {
    return Address.parse(at);
  }

  private static Connection connect(Manager guest, String host, boolean withKey, Within within) {
    var way = guest.add(host);
    var settled = new CountDownLatch(1);
    way.watch(
        state -> {
          if (state == State.CONNECTED || state == State.CONNECTION_ERROR) {
            settled.countDown();
          }
        });
    guest.openGate();
    try {
      if (!settled.await(within.nanos(), TimeUnit.NANOSECONDS)) {
        throw late(host, within);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted", ErrorContext.peer(host));
    }
    if (way.state() != State.CONNECTED) {
      throw explained(
          host,
          withKey,
          way.lastError()
              .orElseGet(() -> new DisconnectedException("not connected", ErrorContext.NONE)));
    }
    return way;
  }

  private static SennitException late(String host, Within within) {
    return new DeadlineExceededException(
        "no answer from " + host,
        Phase.CONNECTING,
        new ErrorContext(
            "",
            "connect",
            within.duration(),
            Outcome.DID_NOT_RUN,
            "The process is stopped, overloaded, or something else listens there."));
  }

  /** The failure with what to do about it, which differs from what a node would do. */
  private static SennitException explained(String host, boolean withKey, SennitException why) {
    return switch (why) {
      case DisconnectedException e ->
          new DisconnectedException(
              "nobody answers at " + host + ": " + e.what(),
              ErrorContext.advice(
                  "Is it running? 'sennit info' without --at lists what runs here."),
              e);
      case RejectedException e ->
          new RejectedException(
              host + " refused: " + e.what(), ErrorContext.advice(advice(e, withKey)), e);
      default -> why.in(ErrorContext.peer(host));
    };
  }

  private static String advice(RejectedException why, boolean withKey) {
    if (why.what().contains("too many guests")) {
      return "Wait until another command has ended.";
    }
    return withKey
        ? "Its cluster key is another one, or it has none: give its key in "
            + ClusterKey.ENV
            + ", or unset that."
        : "It has a cluster key: give that in " + ClusterKey.ENV + ", or name its file there.";
  }

  /** The process's host string. */
  public String host() {
    return process.remote();
  }

  /**
   * Asks for one answer.
   *
   * @throws io.sennit.core.RemoteException with its words, if it knows no such verb or refuses
   */
  public JsonNode ask(String verb, Map<String, ?> arguments, Within within) {
    return Control.ask(process, verb, arguments, within);
  }

  /**
   * Asks for a stream of answers; a verb with one answer gives a stream of one. Returns at its end.
   *
   * @param arguments an object
   * @param within how long the whole stream may take, empty for as long as it goes on
   * @param next gets each answer, on this thread; if it throws, the stream is cancelled
   * @throws io.sennit.core.RemoteException with its words, if it knows no such verb or refuses
   */
  public void stream(
      String verb, JsonNode arguments, Optional<Duration> within, Consumer<JsonNode> next) {
    var ask = JSON.createObjectNode().put("verb", verb).set("arguments", arguments);
    try (var stream =
        Reserved.open(
            process, Control.SUBROUTE, JSON.writeValueAsBytes(ask), within.map(Within::new))) {
      stream.results(item -> next.accept(read(verb, item)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode read(String verb, byte[] item) {
    try {
      return JSON.readTree(item);
    } catch (IOException e) {
      throw new ProtocolException(
          "control answer of " + verb,
          -1,
          String.valueOf(e.getMessage()),
          ErrorContext.peer(process.remote()));
    }
  }

  /** Leaves. Idempotent. */
  @Override
  public void close() {
    guest.close();
  }
}
