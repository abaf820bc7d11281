package io.busbar.protocol.sockjs;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A request without a connection, whose body arrives when the test says so. */
final class FakeUpload {
  private final String contentType;
  private final StringBuilder answered;
  private final HttpServerRequest request = proxy(HttpServerRequest.class);
  private final HttpServerResponse response = proxy(HttpServerResponse.class);
  private Handler<Buffer> chunks;
  private Handler<Void> end;

  /**
   * @param contentType null for none
   * @param answered is given the status and text of the response
   */
  FakeUpload(String contentType, StringBuilder answered) {
    this.contentType = contentType;
    this.answered = answered;
  }

  HttpServerRequest request() {
    return request;
  }

  void arrive(byte[]... body) {
    for (byte[] chunk : body) {
      chunks.handle(Buffer.buffer(chunk));
    }
    end.handle(null);
  }

  private <T> T proxy(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call(self, method, arguments)));
  }

  @SuppressWarnings("unchecked")
  private Object call(Object self, Method method, Object[] arguments) {
    switch (method.getName()) {
      case "headers":
        return MultiMap.caseInsensitiveMultiMap();
      case "getHeader":
        return arguments[0].toString().equalsIgnoreCase("content-type") ? contentType : null;
      case "remoteAddress":
        return null;
      case "response":
        return response;
      case "handler":
        chunks = (Handler<Buffer>) arguments[0];
        return self;
      case "endHandler":
        end = (Handler<Void>) arguments[0];
        return self;
      case "setStatusCode":
        answered.append(arguments[0]);
        return self;
      case "end":
        answered.append(arguments[0]);
        return Future.succeededFuture();
      default:
        return self;
    }
  }
}
