package io.sennit.core.spi;

import io.sennit.core.RejectedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** An HTTP/1.1 WebSocket upgrade before the first message. */
public sealed interface Opening {
  /**
   * The dialer's half.
   *
   * @param path request path, starting with a slash
   * @param headers extra request headers, asked for anew for each attempt, on the link's loop
   */
  record Ask(String path, Callable<Map<String, String>> headers) implements Opening {}

  /**
   * The acceptor's half. A request with another path is answered 404.
   *
   * @param path the path answered
   * @param guard decides by the headers; a refusal is answered 403 with an empty body, its reason
   *     kept for the log and counters
   */
  record Answer(String path, Guard guard) implements Opening {}

  /** Looks at the request before the upgrade, on the link's loop; must not block. */
  interface Guard {
    /**
     * Header names in lower case.
     *
     * @throws RejectedException to answer 403
     */
    void check(Map<String, List<String>> headers, Peer peer) throws RejectedException;
  }
}
