package io.busbar.http;

import io.busbar.hub.InboundBudget;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;

/** The counting of incomplete heads on the connections of one server. Any thread may use it. */
public final class RequestHeads {
  private final HttpServerOptions options;
  private final InboundBudget inbound;

  /**
   * @param options options of the server
   */
  public RequestHeads(HttpServerOptions options, InboundBudget inbound) {
    this.options = options;
    this.inbound = inbound;
  }

  /** Will count the input of this new connection, if it uses HTTP/1. Called on its event loop. */
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
