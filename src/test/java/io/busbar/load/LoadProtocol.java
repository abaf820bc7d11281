package io.busbar.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * A protocol over a transport, with the four messages that a client under load needs. Immutable.
 */
public enum LoadProtocol {
  BRIDGE {
    @Override
    String path() {
      return "/eventbus/websocket";
    }
  },
  BRIDGE_SOCKJS {
    @Override
    String path() {
      return "/eventbus/000/" + UUID.randomUUID() + "/websocket";
    }

    @Override
    String frame(String message) {
      return new JsonArray().add(message).encode();
    }
  },
  STOMP_WEBSOCKET {
    @Override
    String path() {
      return "/stomp";
    }

    @Override
    boolean isStomp() {
      return true;
    }
  },
  STOMP_TCP {
    @Override
    boolean isStomp() {
      return true;
    }
  },
  /** A service endpoint, which itself subscribes its clients to a channel. */
  SERVICE {
    @Override
    String path() {
      return "/channel";
    }
  };

  /** The path of the WebSocket; null for plain TCP. */
  String path() {
    return null;
  }

  boolean isStomp() {
    return false;
  }

  /** The data on the transport for one message of the protocol. */
  String frame(String message) {
    return message;
  }

  String hello() {
    return isStomp() ? "CONNECT\naccept-version:1.2\nhost:here\n\n\0" : null;
  }

  String subscribe(String address) {
    return isStomp()
        ? "SUBSCRIBE\nid:%s\ndestination:/topic/%s\n\n\0".formatted(address, address)
        : json("register", address, null);
  }

  String unsubscribe(String address) {
    return isStomp()
        ? "UNSUBSCRIBE\nid:%s\n\n\0".formatted(address)
        : json("unregister", address, null);
  }

  String publish(String address, String text) {
    return isStomp()
        ? "SEND\ndestination:/topic/%s\ncontent-type:text/plain\n\n%s\0".formatted(address, text)
        : json("publish", address, text);
  }

  private String json(String type, String address, String body) {
    JsonObject message = new JsonObject().put("type", type).put("address", address);
    return frame(body == null ? message.encode() : message.put("body", body).encode());
  }
}
