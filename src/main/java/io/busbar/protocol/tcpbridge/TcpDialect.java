package io.busbar.protocol.tcpbridge;

import io.busbar.hub.Disconnect;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Fanout;
import io.busbar.protocol.bridge.BridgeDialect;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The dialect of vertx-tcp-eventbus-bridge: an {@code err} has its code in {@code message}. */
enum TcpDialect implements BridgeDialect {
  INSTANCE;

  @Override
  public String protocol() {
    return "tcp-bridge";
  }

  @Override
  public String messageType() {
    return "message";
  }

  /** The stock bridge always writes headers, and some clients rely on them. */
  @Override
  public String more(Fanout message) {
    String headers = message.headers() == null ? ",\"headers\":{}" : "";
    return headers + ",\"send\":" + message.isSend();
  }

  @Override
  public JsonObject error(String code, String words) {
    String stock = code.equals("invalid_type") ? "unknown_type" : code;
    return new JsonObject().put("type", "err").put("message", stock).put("reason", words);
  }

  @Override
  public JsonObject pong() {
    return new JsonObject().put("type", "pong");
  }

  @Override
  public boolean tellsUnknownAddress() {
    return true;
  }

  @Override
  public boolean answersMayFail() {
    return true;
  }

  /** Returns the last message to a client; null for a normal end. */
  @Nullable EncodedMessage closeMessage(Disconnect why) {
    if (why.code() == Disconnect.NORMAL.code()) {
      return null;
    }
    JsonObject last = error("closing", why.reason()).put("code", why.code());
    return EncodedMessage.text(last.put("retry", why.retry()).toBuffer().getBytes());
  }
}
