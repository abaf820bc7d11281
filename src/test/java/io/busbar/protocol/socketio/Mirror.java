package io.busbar.protocol.socketio;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;

/**
 * A feature for namespaces, as the test suites of Socket.IO need it. It sends the handshake's data,
 * echoes events, and acknowledges them with their arguments. Owned by its event loop.
 */
public final class Mirror extends AbstractVerticle {
  static final String ADDRESS = "mirror";

  @Override
  public void start() {
    listen(vertx.eventBus());
  }

  static void listen(EventBus bus) {
    bus.consumer(ADDRESS, Mirror::received);
  }

  private static void received(Message<Object> message) {
    MultiMap headers = message.headers();
    switch (headers.get("event")) {
      case "open" -> message.reply(message.body(), withName("auth"));
      case "message" -> handleEvent(headers.get("name"), message);
      default -> {}
    }
  }

  private static void handleEvent(String event, Message<Object> message) {
    switch (event) {
      case "message" ->
          message.reply(message.body(), withArgumentCount(message, withName("message-back")));
      case "message-with-ack" ->
          message.reply(message.body(), withArgumentCount(message, new DeliveryOptions()));
      case "join" ->
          message.reply(
              null, new DeliveryOptions().addHeader("busbar-join", (String) message.body()));
      case "leave" ->
          message.reply(
              null, new DeliveryOptions().addHeader("busbar-leave", (String) message.body()));
      default -> message.fail(7, "no such event");
    }
  }

  private static DeliveryOptions withName(String name) {
    return new DeliveryOptions().addHeader("name", name);
  }

  private static DeliveryOptions withArgumentCount(
      Message<Object> message, DeliveryOptions options) {
    String count = message.headers().get("args");
    return count == null ? options : options.addHeader("args", count);
  }
}
