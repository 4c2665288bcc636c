package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.Within;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.Reserved;
import java.io.IOException;
import java.util.Map;

/** The caller's side of the control service of a running process; see {@link ControlProvider}. */
public final class Control {
  /** Where the service is, on the reserved handler. */
  public static final String SUBROUTE = Reserved.CONTROL;

  private static final ObjectMapper JSON = new ObjectMapper();

  private Control() {}

  /**
   * Asks a process.
   *
   * @throws io.sennit.core.RemoteException with its words, if it knows no such verb or refuses
   */
  public static JsonNode ask(
      Connection process, String verb, Map<String, ?> arguments, Within within) {
    try {
      var request = JSON.writeValueAsBytes(Map.of("verb", verb, "arguments", arguments));
      var answer = process.subroute(SUBROUTE).call(Manager.RESERVED_HANDLER, request, within);
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new ProtocolException(
          "control answer of " + verb,
          -1,
          String.valueOf(e.getMessage()),
          ErrorContext.peer(process.remote()));
    }
  }
}
