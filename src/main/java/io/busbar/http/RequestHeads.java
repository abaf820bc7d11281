package io.busbar.http;

import io.busbar.hub.InboundBudget;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;

/** Counts, on the connections of one server, the heads of requests that are not whole. */
public final class RequestHeads {
  private final HttpServerOptions options;
  private final InboundBudget inbound;

  /**
   * @param options those of the server
   */
  public RequestHeads(HttpServerOptions options, InboundBudget inbound) {
    this.options = options;
    this.inbound = inbound;
  }

  /** Will count what comes on this new connection, where it speaks HTTP/1. */
  public void count(HttpConnection connection) {
    ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
    VertxHttpRequestDecoder plain = pipeline.get(VertxHttpRequestDecoder.class);
    if (plain != null) {
      String name = pipeline.context(plain).name();
      String client =
          connection.remoteAddress() == null ? "" : connection.remoteAddress().hostAddress();
      pipeline.replace(plain, name, new RequestDecoder(options.getHttp1Config(), inbound, client));
    }
  }
}
