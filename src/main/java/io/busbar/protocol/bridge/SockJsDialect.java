package io.busbar.protocol.bridge;

import io.busbar.hub.Fanout;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The dialect of the vertx-web bridge, for vertx-eventbus.js and similar clients. */
enum SockJsDialect implements BridgeDialect {
  INSTANCE;

  @Override
  public String protocol() {
    return "bridge";
  }

  @Override
  public String messageType() {
    return "rec";
  }

  @Override
  public String more(Fanout message) {
    return "";
  }

  @Override
  public JsonObject error(String code, String words) {
    return new JsonObject().put("type", "err").put("body", code).put("message", words);
  }

  @Override
  public @Nullable JsonObject pong() {
    return null;
  }

  @Override
  public boolean tellsUnknownAddress() {
    return false;
  }

  @Override
  public boolean answersMayFail() {
    return false;
  }
}
