package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.hub.InboundBudget;
import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.RequestBody;
import io.busbar.protocol.session.SendOutcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Locale;

/**
 * Handles the requests that send packets. A request is answered when the protocol has taken its
 * messages, so sequential requests cannot flood it. Immutable; runs on the event loop of the
 * request.
 */
final class EngineUploads {
  private static final String OCTETS = "application/octet-stream";
  private static final int MOST_PACKETS = 1_000;

  private final EngineSessions sessions;
  private final InboundBudget inbound;
  private final int maxPayload;
  private final long bodyTimeoutMillis;

  EngineUploads(
      EngineSessions sessions, InboundBudget inbound, int maxPayload, long bodyTimeoutMillis) {
    this.sessions = sessions;
    this.inbound = inbound;
    this.maxPayload = maxPayload;
    this.bodyTimeoutMillis = bodyTimeoutMillis;
  }

  void take(HttpServerRequest request, EngineQuery query) {
    EngineLink link = sessions.find(query);
    if (link == null) {
      RequestBody.discard(request, bodyTimeoutMillis);
      EngineError.UNKNOWN_SID.answer(request);
      return;
    }
    ContextInternal context = ContextInternal.current();
    CrossOrigin.allow(request);
    RequestBody.read(
        request,
        inbound,
        maxPayload,
        bodyTimeoutMillis,
        body -> take(request, query, link, context, body),
        (status, words) -> EngineError.answer(request.response(), status, words));
  }

  private static void take(
      HttpServerRequest request,
      EngineQuery query,
      EngineLink link,
      ContextInternal context,
      Buffer body) {
    List<EnginePacket> packets;
    try {
      packets = packets(request, query, body);
    } catch (ProtocolException e) {
      link.command(EngineCommand.END, result -> {});
      boolean tooBig = e.disconnect().code() == Disconnect.TOO_BIG.code();
      (tooBig ? EngineError.TOO_LARGE : EngineError.BAD_REQUEST).answer(request.response());
      return;
    }
    link.send(
        new EngineUpload(packets, true),
        result -> context.emit(nothing -> answer(request.response(), result)));
  }

  private static List<EnginePacket> packets(
      HttpServerRequest request, EngineQuery query, Buffer body) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    boolean octets = type != null && type.toLowerCase(Locale.ROOT).startsWith(OCTETS);
    Buffer payload = query.jsonp() == null ? body : Jsonp.payload(body);
    return query.checkedRevision().uploads(octets).decode(payload, MOST_PACKETS);
  }

  private static void answer(HttpServerResponse response, SendOutcome outcome) {
    switch (outcome) {
      case TAKEN ->
          response
              .putHeader(HttpHeaders.CONTENT_TYPE, "text/html")
              .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
              .end("ok");
      case GONE, NONE -> EngineError.UNKNOWN_SID.answer(response);
      case REFUSED, BROKEN -> EngineError.BAD_REQUEST.answer(response);
    }
  }
}
