package io.sennit.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.sennit.core.Address;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Opening;
import java.util.random.RandomGenerator;

/** Asks for the upgrade and checks the answer; then leaves the pipeline with its codec. */
final class ClientUpgrade extends ChannelInboundHandlerAdapter {
  static final int MAX_HEADERS = 8 << 10;

  private static final int SWITCHING = 101;

  private final Dial dial;
  private final Channel channel;
  private final Address to;
  private final Opening.Ask ask;
  private final Runnable open;
  private String key = "";
  private boolean switched;

  ClientUpgrade(Dial dial, Channel channel, Address to, Opening.Ask ask, Runnable open) {
    this.dial = dial;
    this.channel = channel;
    this.to = to;
    this.ask = ask;
    this.open = open;
  }

  void start(RandomGenerator random) {
    key = WebSocketKeys.fresh(random);
    DefaultFullHttpRequest request;
    try {
      request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.GET, ask.path(), Unpooled.EMPTY_BUFFER);
      var headers = request.headers();
      headers.set(HttpHeaderNames.HOST, to.toString());
      headers.set(HttpHeaderNames.UPGRADE, "websocket");
      headers.set(HttpHeaderNames.CONNECTION, "Upgrade");
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
      ask.headers().call().forEach(headers::set);
    } catch (SennitException e) {
      dial.fail(e);
      return;
    } catch (Exception e) {
      dial.fail(dial.lost("the headers of the upgrade", e));
      return;
    }
    var limits =
        new HttpDecoderConfig().setMaxInitialLineLength(MAX_HEADERS).setMaxHeaderSize(MAX_HEADERS);
    channel
        .pipeline()
        .addBefore("dial", "http-in", new HttpResponseDecoder(limits))
        .addBefore("dial", "http-out", new HttpRequestEncoder())
        .addBefore("dial", "upgrade", this);
    channel.writeAndFlush(request);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        answered(response);
      }
      if (message instanceof LastHttpContent && switched) {
        takeOver();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void answered(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      dial.fail(dial.lost("the answer to the upgrade", response.decoderResult().cause()));
      return;
    }
    int code = response.status().code();
    String status = code + " " + response.status().reasonPhrase();
    if (code == 401 || code == 403) {
      dial.fail(
          new RejectedException(
              "the upgrade at " + ask.path() + " was answered " + status,
              Reasons.dialing(to.toString(), dial.elapsed())));
    } else if (code != SWITCHING) {
      dial.fail(dial.lost("the upgrade at " + ask.path() + " was answered " + status, null));
    } else if (!proven(response)) {
      dial.fail(dial.lost("the upgrade was answered " + status + " with wrong headers", null));
    } else {
      switched = true;
    }
  }

  private void takeOver() {
    switched = false;
    open.run();
    if (channel.isOpen()) {
      var pipeline = channel.pipeline();
      pipeline.remove(this);
      pipeline.remove("http-out");
      pipeline.remove("http-in"); // hands on what it has read past the answer
      dial.opened().shareReads(channel);
    }
  }

  private boolean proven(HttpResponse response) {
    var headers = response.headers();
    return WebSocketKeys.answer(key).equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))
        && headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, "Upgrade", true)
        && !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)
        && !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
  }
}
