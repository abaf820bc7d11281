package io.busbar.js;

import io.busbar.config.Reason;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/** The event bus for one script. Owned by the script's event loop. */
final class ScriptBus {
  private static final int FAILED = 500;

  private final Script script;
  private final Vertx vertx;
  private final HostFunctions functions;
  private final Set<MessageConsumer<Object>> consumers = new HashSet<>();
  private final Set<Delivery> waiting = new HashSet<>();

  @SuppressWarnings("NullAway.Init") // set before the script runs
  private Value deliver;

  @SuppressWarnings("NullAway.Init") // set before the script runs
  private Bodies bodies;

  ScriptBus(Script script, Vertx vertx, HostFunctions functions) {
    this.script = script;
    this.vertx = vertx;
    this.functions = functions;
    functions.add("consumer", this::consumer);
    functions.add("publish", this::publish);
    functions.add("send", this::send);
    functions.add("request", this::request);
  }

  /**
   * Sets what the constructor cannot have yet.
   *
   * @param deliver the function of busbar.js that passes a message to a handler
   * @param bodies converts the bodies
   */
  void begin(Value deliver, Bodies bodies) {
    this.deliver = deliver;
    this.bodies = bodies;
  }

  /** Completes when all current consumers of the script are registered on all nodes. */
  Future<Void> registered() {
    return Future.all(consumers.stream().map(MessageConsumer::completion).toList()).mapEmpty();
  }

  /** Unregisters the consumers, and fails the messages that wait for an answer of the script. */
  void close() {
    List.copyOf(consumers).forEach(MessageConsumer::unregister);
    consumers.clear();
    List.copyOf(waiting).forEach(Delivery::fail);
    waiting.clear();
  }

  private @Nullable Object consumer(Value... arguments) {
    String address = arguments[0].asString();
    Value handler = arguments[1];
    MessageConsumer<Object> consumer =
        arguments[2].asBoolean()
            ? vertx.eventBus().localConsumer(address)
            : vertx.eventBus().consumer(address);
    consumers.add(consumer);
    consumer.handler(message -> new Delivery(message).to(handler));
    return functions.executable(
        how -> {
          Future<Void> done;
          if (how[0].asString().equals("unregister")) {
            consumers.remove(consumer);
            done = consumer.unregister();
          } else {
            done = consumer.completion();
          }
          done.onComplete(
              result -> script.enter(() -> settle(result, how[1], how[2], nothing -> {})));
          return null;
        });
  }

  private @Nullable Object publish(Value... arguments) {
    Object body = Bodies.fromScript(arguments, 2);
    vertx.eventBus().publish(arguments[0].asString(), body, options(arguments[1]));
    return null;
  }

  private @Nullable Object send(Value... arguments) {
    Object body = Bodies.fromScript(arguments, 2);
    vertx.eventBus().send(arguments[0].asString(), body, options(arguments[1]));
    return null;
  }

  private @Nullable Object request(Value... arguments) {
    Object body = Bodies.fromScript(arguments, 4);
    vertx
        .eventBus()
        .request(arguments[0].asString(), body, options(arguments[1]))
        .onComplete(answer -> answered(answer, arguments[2], arguments[3]));
    return null;
  }

  private void answered(AsyncResult<Message<Object>> answer, Value resolve, Value reject) {
    script.enter(
        () ->
            settle(answer, resolve, reject, message -> resolve.executeVoid(parts(message, null))));
  }

  /** The step that resolves a promise with a result. */
  private interface Success<T> {
    void with(T result);
  }

  private static <T> void settle(
      AsyncResult<T> result, Value resolve, Value reject, Success<T> success) {
    if (result.failed()) {
      reject(result.cause(), reject);
    } else if (result.result() == null) {
      resolve.executeVoid();
    } else {
      success.with(result.result());
    }
  }

  /** Rejects a promise of the script with the cause. */
  static void reject(Throwable cause, Value reject) {
    String words = Reason.of(cause);
    if (cause instanceof ReplyException failure) {
      reject.executeVoid(words, failure.failureCode(), failure.failureType().name());
    } else {
      reject.executeVoid(words);
    }
  }

  private static DeliveryOptions options(Value given) {
    DeliveryOptions options = new DeliveryOptions();
    if (given.isNull()) {
      return options;
    }
    JsonObject json = new JsonObject(given.asString());
    if (json.getValue("timeout") instanceof Number millis) {
      options.setSendTimeout(millis.longValue());
    }
    if (json.getValue("localOnly") instanceof Boolean only) {
      options.setLocalOnly(only);
    }
    if (json.getValue("headers") instanceof JsonObject headers) {
      for (Map.Entry<String, Object> each : headers) {
        List<?> values =
            each.getValue() instanceof JsonArray many ? many.getList() : listOf(each.getValue());
        values.forEach(value -> options.addHeader(each.getKey(), String.valueOf(value)));
      }
    }
    return options;
  }

  private static List<?> listOf(@Nullable Object value) {
    return value == null ? List.of() : List.of(value);
  }

  /** The arguments from which busbar.js makes a Message. */
  private Object[] parts(Message<Object> message, @Nullable Delivery delivery) {
    Delivery answers = delivery == null ? new Delivery(message) : delivery;
    Object body = message.body();
    return new Object[] {
      Bodies.kind(body),
      bodies.toScript(body),
      headers(message.headers()),
      message.address(),
      message.replyAddress(),
      functions.executable(answers::answer)
    };
  }

  private static String headers(MultiMap headers) {
    JsonObject first = new JsonObject();
    headers.forEach((name, value) -> first.getMap().putIfAbsent(name, value));
    return first.encode();
  }

  /** A message that the script has received, until it is answered. */
  private final class Delivery {
    private final Message<Object> message;
    private boolean answered;

    private Delivery(Message<Object> message) {
      this.message = message;
    }

    private void to(Value handler) {
      waiting.add(this);
      script.enter(() -> call(handler), this::thrown);
    }

    private void call(Value handler) {
      List<Object> all = new ArrayList<>(List.of(handler, (ProxyExecutable) this::end));
      all.addAll(Arrays.asList(parts(message, this)));
      if (!deliver.execute(all.toArray()).asBoolean()) {
        waiting.remove(this);
      }
    }

    /** Ends the delivery when the promise of the handler is settled. */
    private @Nullable Object end(Value... how) {
      waiting.remove(this);
      if (how.length > 0) {
        thrown(Faults.words(how[1], script.name()));
      }
      return null;
    }

    private void thrown(String fault) {
      waiting.remove(this);
      script.faults().thrown(fault);
      fail();
    }

    /** Fails the message without a text, so that no client sees the error. */
    private void fail() {
      if (!answered && message.replyAddress() != null) {
        answered = true;
        message.fail(FAILED, null);
      }
    }

    /** Sends the answer of the script. */
    private @Nullable Object answer(Value... how) {
      answered = true;
      switch (how[0].asString()) {
        case "reply" -> message.reply(Bodies.fromScript(how, 2), options(how[1]));
        case "fail" -> message.fail(how[1].asInt(), how[2].isNull() ? null : how[2].asString());
        default ->
            message
                .replyAndRequest(Bodies.fromScript(how, 4), options(how[1]))
                .onComplete(answer -> answered(answer, how[2], how[3]));
      }
      return null;
    }
  }
}
