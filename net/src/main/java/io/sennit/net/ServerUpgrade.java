package io.sennit.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The acceptor's half of an upgrade as pure functions: what is wrong with a request, what to say.
 */
final class ServerUpgrade {
  private static final String VERSION = "13";

  private ServerUpgrade() {}

  /** The status of a request that cannot be an upgrade, or 0. */
  static int refusal(HttpRequest request) {
    var headers = request.headers();
    if (request.decoderResult().isFailure()
        || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        || headers.getAll(HttpHeaderNames.HOST).size() != 1) {
      return 400;
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return 405;
    }
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, "Upgrade", true)
        || HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) > 0) {
      return 400;
    }
    if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return 426;
    }
    return WebSocketKeys.valid(key(request)) ? 0 : 400;
  }

  static String key(HttpRequest request) {
    var key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    return key == null ? "" : key.trim();
  }

  /** Names in lower case, values in their order. */
  static Map<String, List<String>> headers(HttpRequest request) {
    var all = new LinkedHashMap<String, List<String>>();
    for (var one : request.headers()) {
      all.computeIfAbsent(one.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(one.getValue());
    }
    return all;
  }

  static String accepted(String key) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
        + WebSocketKeys.answer(key)
        + "\r\n\r\n";
  }

  static String refused(int status) {
    String more =
        switch (status) {
          case 405 -> "Allow: GET\r\n";
          case 426 -> "Upgrade: websocket\r\nSec-WebSocket-Version: " + VERSION + "\r\n";
          default -> "";
        };
    return "HTTP/1.1 "
        + HttpResponseStatus.valueOf(status)
        + "\r\n"
        + more
        + "Content-Length: 0\r\nConnection: close\r\n\r\n";
  }
}
