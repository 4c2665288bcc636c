package io.sennit.bench.harness;

import java.util.HashMap;
import java.util.Map;

/**
 * What a client is told to do for a while.
 *
 * @param work one of the constants below
 * @param payload bytes of a request, reply or item
 * @param inflight calls or unanswered items at a time; 1 for one-way streams
 * @param caller {@code callback}, {@code vthread} or {@code platform}
 * @param handler see {@link Setup}
 * @param transport see {@link Setup}
 * @param millis length of the window
 */
public record Load(
    String work,
    int payload,
    int inflight,
    String caller,
    String handler,
    String transport,
    int millis) {
  /** Requests, each with one reply. */
  public static final String UNARY = "unary";

  /** One request, many items back. */
  public static final String SERVER_STREAM = "server-stream";

  /** Many items, one reply. */
  public static final String CLIENT_STREAM = "client-stream";

  /** Items both ways, each answered. */
  public static final String BIDI = "bidi";

  /** A connection without calls; one operation is one second. */
  public static final String IDLE = "idle";

  /** A small call at a time beside a stream of 100 MB. */
  public static final String HOL = "hol";

  /** A small call at a time beside one message of 64 MiB. */
  public static final String HOL_MESSAGE = "hol-message";

  /** The same small call with nothing beside it. */
  public static final String HOL_ALONE = "hol-alone";

  /** The next call is issued from the callback of the last one. */
  public static final String CALLBACK = "callback";

  /** Blocking calls from virtual threads. */
  public static final String VTHREAD = "vthread";

  /** Blocking calls from one platform thread. */
  public static final String PLATFORM = "platform";

  /** Handlers on the event loop. */
  public static final String INLINE = "inline";

  /** Clear text over TCP. */
  public static final String PLAIN = "plain";

  /** The endpoint it needs. */
  public Setup setup() {
    return new Setup(handler, transport);
  }

  /** {@code caller/handler/transport}, as in reports. */
  public String mode() {
    return caller + '/' + handler + '/' + transport;
  }

  /** The same for another while. */
  public Load lasting(int newMillis) {
    return new Load(work, payload, inflight, caller, handler, transport, newMillis);
  }

  /** As words of a command line; {@link #parse} reads them. */
  public String command() {
    return "work=%s payload=%d inflight=%d caller=%s handler=%s transport=%s millis=%d"
        .formatted(work, payload, inflight, caller, handler, transport, millis);
  }

  /** Reads what {@link #command} wrote. */
  public static Load parse(Map<String, String> words) {
    return new Load(
        word(words, "work"),
        Integer.parseInt(word(words, "payload")),
        Integer.parseInt(word(words, "inflight")),
        word(words, "caller"),
        word(words, "handler"),
        word(words, "transport"),
        Integer.parseInt(word(words, "millis")));
  }

  /** Splits {@code a=b c=d}. */
  static Map<String, String> words(String line) {
    Map<String, String> words = new HashMap<>();
    for (String part : line.strip().split(" +")) {
      int at = part.indexOf('=');
      if (at > 0) {
        words.put(part.substring(0, at), part.substring(at + 1));
      }
    }
    return words;
  }

  static String word(Map<String, String> words, String key) {
    String value = words.get(key);
    if (value == null) {
      throw new IllegalArgumentException("missing word: " + key);
    }
    return value;
  }
}
