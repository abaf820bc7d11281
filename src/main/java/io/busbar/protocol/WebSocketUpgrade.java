package io.busbar.protocol;

import io.busbar.hub.Framing;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake of a WebSocket (RFC 6455, 4.2): it answers with an error, or gives a
 * transport. Called on the request's event loop.
 */
public final class WebSocketUpgrade {
  /** Options of Netty's decoder by maximum message size; the configuration has only a few sizes. */
  private static final Map<Integer, WebSocketDecoderConfig> PLAIN = new ConcurrentHashMap<>();

  private static final Map<Integer, WebSocketDecoderConfig> EXTENDED = new ConcurrentHashMap<>();

  private static final String KEY = "Sec-WebSocket-Key";
  private static final String VERSION = "Sec-WebSocket-Version";
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final String SET_COOKIE = "Set-Cookie";
  private static final String SUPPORTED_VERSION = "13";
  private static final Pattern KEY_FORM = Pattern.compile("[A-Za-z0-9+/]{22}==");

  private WebSocketUpgrade() {}

  /** Returns whether the request asks for a WebSocket. */
  public static boolean isAsked(HttpServerRequest request) {
    return names(request.getHeader(HttpHeaders.UPGRADE)).contains("websocket");
  }

  /**
   * Will answer the handshake: 101, or 400 or 426 with a reason.
   *
   * @return the transport; fails when the handshake was refused and answered
   */
  public static Future<WebSocketTransport> accept(
      RoutingContext routing,
      List<String> subProtocols,
      Framing framing,
      WebSocketOptions options) {
    return accept(routing, subProtocols, framing, framing, options);
  }

  /**
   * Will do the same with another framing for compressed messages.
   *
   * @param each puts each compressed message into a frame of its own
   */
  public static Future<WebSocketTransport> accept(
      RoutingContext routing,
      List<String> subProtocols,
      Framing framing,
      Framing each,
      WebSocketOptions options) {
    HttpServerRequest request = routing.request();
    String fault = fault(request);
    if (fault == null) {
      fault = chooseSubProtocol(request, subProtocols);
    }
    if (fault != null) {
      boolean version = fault.startsWith(VERSION);
      return refuse(routing, version ? 426 : 400, fault);
    }
    List<ExtensionOffer> offers;
    try {
      offers = ExtensionOffer.parse(request.headers().getAll(EXTENSIONS));
    } catch (ProtocolException e) {
      return refuse(routing, 400, e.getMessage());
    }
    Framings framings = new Framings(framing, each);
    Promise<WebSocketTransport> opened = Promise.promise();
    if (request.isEnded()) {
      takeOver(request, framings, options, offers, opened);
    } else {
      request.exceptionHandler(opened::tryFail);
      request.endHandler(ended -> takeOver(request, framings, options, offers, opened));
      request.resume();
    }
    return opened.future();
  }

  /**
   * The framings of messages.
   *
   * @param plain framing without compression
   * @param each framing before compression, with one frame per message
   */
  private record Framings(Framing plain, Framing each) {
    Framing agreed(
        @Nullable WebSocketCompression compression,
        WebSocketOptions.@Nullable Deflation deflation) {
      return compression == null || deflation == null
          ? plain
          : compression.framing(each, deflation);
    }
  }

  /**
   * Returns the agreed compression; null for none. Its window is released when the transport ends.
   */
  private static @Nullable WebSocketCompression compression(
      List<ExtensionOffer> offers, WebSocketOptions options) {
    WebSocketOptions.Deflation deflation = options.deflation();
    return deflation == null ? null : WebSocketCompression.agree(offers, deflation.windows());
  }

  /** Answers 101, and replaces the HTTP handler on the channel by the transport. */
  private static void takeOver(
      HttpServerRequest request,
      Framings framings,
      WebSocketOptions options,
      List<ExtensionOffer> offers,
      Promise<WebSocketTransport> opened) {
    ConnectionBase connection = (ConnectionBase) request.connection();
    Channel channel = connection.channel();
    FullHttpRequest handshake = handshake(request);
    String subProtocol = request.getHeader(PROTOCOL);
    // A channel that has ended already would never release its window.
    WebSocketCompression compression = channel.isActive() ? compression(offers, options) : null;
    MessageInflater inflater =
        compression == null ? null : compression.inflater(options.maxMessageSize());
    WebSocketTransport transport =
        new WebSocketTransport(
            connection,
            subProtocol,
            framings.agreed(compression, options.deflation()),
            options,
            inflater,
            Client.remoteAddress(request));
    WebSocketServerHandshaker handshaker =
        FrameDecoder.handshaker(subProtocol, decoder(options, compression), transport);
    ChannelFuture answered =
        handshaker.handshake(
            channel, handshake, headers(request, compression), channel.newPromise());
    channel.pipeline().replace(VertxHandler.class, "busbar", transport);
    // Netty removes its HTTP encoder when the answer is written, which may be later.
    ContextInternal context = connection.context().unwrap();
    answered.addListener(
        written -> context.emit(nothing -> open(transport, opened, written.cause())));
  }

  private static void open(
      WebSocketTransport transport,
      Promise<WebSocketTransport> opened,
      @Nullable Throwable failure) {
    if (failure == null) {
      transport.opened();
      opened.complete(transport);
    } else {
      opened.tryFail(failure);
    }
  }

  private static FullHttpRequest handshake(HttpServerRequest request) {
    DefaultHttpHeaders headers = new DefaultHttpHeaders(false);
    request.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1,
        io.netty.handler.codec.http.HttpMethod.GET,
        request.uri(),
        Unpooled.EMPTY_BUFFER,
        headers,
        EmptyHttpHeaders.INSTANCE);
  }

  static WebSocketDecoderConfig decoder(
      WebSocketOptions options, @Nullable WebSocketCompression compression) {
    int most = options.maxMessageSize();
    return compression == null
        ? decoder(most, false)
        : decoder(MessageInflater.mostDeflated(most), true);
  }

  private static WebSocketDecoderConfig decoder(int most, boolean extensions) {
    return (extensions ? EXTENDED : PLAIN)
        .computeIfAbsent(most, size -> newDecoder(size, extensions));
  }

  private static WebSocketDecoderConfig newDecoder(int most, boolean extensions) {
    return WebSocketDecoderConfig.newBuilder()
        .allowExtensions(extensions)
        .maxFramePayloadLength(most)
        .closeOnProtocolViolation(false)
        .withUTF8Validator(false)
        .build();
  }

  private static DefaultHttpHeaders headers(
      HttpServerRequest request, @Nullable WebSocketCompression compression) {
    DefaultHttpHeaders headers = new DefaultHttpHeaders();
    headers.add(SET_COOKIE, request.response().headers().getAll(SET_COOKIE));
    if (compression != null) {
      headers.add(EXTENSIONS, compression.answer());
    }
    return headers;
  }

  private static @Nullable String fault(HttpServerRequest request) {
    if (request.version() != io.vertx.core.http.HttpVersion.HTTP_1_1) {
      return "a WebSocket handshake is HTTP/1.1";
    }
    if (request.method() != HttpMethod.GET) {
      return "a WebSocket handshake is a GET";
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || length != null && !length.equals("0")) {
      // Nobody would wait for it, because the time limits of requests end with the handshake.
      return "a WebSocket handshake has no body";
    }
    if (!names(request.getHeader(HttpHeaders.CONNECTION)).contains("upgrade")) {
      return "\"Connection\" must be \"Upgrade\"";
    }
    if (!SUPPORTED_VERSION.equals(request.getHeader(VERSION))) {
      return VERSION + " must be " + SUPPORTED_VERSION;
    }
    String key = request.getHeader(KEY);
    boolean good = key != null && KEY_FORM.matcher(key).matches();
    return good ? null : KEY + " must be 16 bytes in base64";
  }

  /** Leaves only the best common sub-protocol in the request, where the handshake reads it. */
  private static @Nullable String chooseSubProtocol(HttpServerRequest request, List<String> known) {
    String offered = request.getHeader(PROTOCOL);
    if (offered == null) {
      return null;
    }
    List<String> offers = Arrays.asList(offered.trim().split("\\s*,\\s*"));
    for (String best : known) {
      if (offers.contains(best)) {
        request.headers().set(PROTOCOL, best);
        return null;
      }
    }
    return PROTOCOL + ": none of those offered is spoken here";
  }

  private static Future<WebSocketTransport> refuse(
      RoutingContext routing, int status, String fault) {
    if (status == 426) {
      routing.response().putHeader(VERSION, SUPPORTED_VERSION);
      routing.response().putHeader(HttpHeaders.UPGRADE, "websocket");
    }
    routing
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=UTF-8")
        .end(fault + "\n");
    return Future.failedFuture(fault);
  }

  private static List<String> names(String header) {
    return header == null
        ? List.of()
        : Arrays.asList(header.toLowerCase(java.util.Locale.ROOT).trim().split("\\s*,\\s*"));
  }
}
