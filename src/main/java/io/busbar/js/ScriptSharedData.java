package io.busbar.js;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** The shared data of the cluster for one script. Owned by the script's event loop. */
final class ScriptSharedData {
  /** The prefixes of names that the gateway and Vert.x use. */
  private static final List<String> TAKEN = List.of("busbar", "__vertx");

  private final Script script;
  private final Vertx vertx;
  private final HostFunctions functions;

  @SuppressWarnings("NullAway.Init") // set before the script runs
  private Bodies bodies;

  ScriptSharedData(Script script, Vertx vertx, HostFunctions functions) {
    this.script = script;
    this.vertx = vertx;
    this.functions = functions;
    functions.add("map", this::map);
    functions.add("counter", this::counter);
  }

  void begin(Bodies bodies) {
    this.bodies = bodies;
  }

  /** Calls an operation of a map or counter by its name. */
  private interface Operations {
    Future<?> call(String operation, Object... values);
  }

  private @Nullable Object map(Value... arguments) {
    Future<AsyncMap<Object, Object>> map = vertx.sharedData().getAsyncMap(name(arguments[0]));
    return give(map.map(found -> (operation, values) -> on(found, operation, values)), arguments);
  }

  private @Nullable Object counter(Value... arguments) {
    Future<Counter> counter = vertx.sharedData().getCounter(name(arguments[0]));
    return give(
        counter.map(found -> (operation, values) -> on(found, operation, values)), arguments);
  }

  private static String name(Value given) {
    String name = given.asString();
    if (TAKEN.stream().anyMatch(name::startsWith)) {
      throw new IllegalArgumentException("the name " + name + " is not for features");
    }
    return name;
  }

  private @Nullable Object give(Future<Operations> operations, Value... arguments) {
    return settle(
        operations.map(found -> functions.executable(how -> call(found, how))), arguments);
  }

  private @Nullable Object call(Operations operations, Value... how) {
    Object[] values = new Object[how.length - 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = unpack(how[i + 3]);
    }
    operations
        .call(how[0].asString(), values)
        .onComplete(
            done ->
                script.enter(
                    () -> {
                      if (done.succeeded()) {
                        Object result = done.result();
                        how[1].executeVoid(Bodies.kind(result), bodies.toScript(result));
                      } else {
                        ScriptBus.reject(done.cause(), how[2]);
                      }
                    }));
    return null;
  }

  private static @Nullable Object unpack(Value packed) {
    Value[] parts = new Value[(int) packed.getArraySize()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = packed.getArrayElement(i);
    }
    return Bodies.fromScript(parts, 0);
  }

  private @Nullable Object settle(Future<?> future, Value... arguments) {
    future.onComplete(
        done ->
            script.enter(
                () -> {
                  if (done.succeeded()) {
                    arguments[1].executeVoid(done.result());
                  } else {
                    ScriptBus.reject(done.cause(), arguments[2]);
                  }
                }));
    return null;
  }

  private static Future<?> on(AsyncMap<Object, Object> map, String operation, Object... values) {
    return switch (operation) {
      case "get" -> map.get(values[0]);
      case "put" -> map.put(values[0], values[1]);
      case "putIfAbsent" -> map.putIfAbsent(values[0], values[1]);
      case "remove" -> map.remove(values[0]);
      case "replace" -> map.replace(values[0], values[1]);
      case "keys" -> map.keys().map(keys -> new JsonArray(List.copyOf(keys)));
      case "size" -> map.size();
      default -> map.clear();
    };
  }

  private static Future<?> on(Counter counter, String operation, Object... values) {
    return switch (operation) {
      case "get" -> counter.get();
      case "incrementAndGet" -> counter.incrementAndGet();
      case "decrementAndGet" -> counter.decrementAndGet();
      case "addAndGet" -> counter.addAndGet(whole(values[0]));
      default -> counter.compareAndSet(whole(values[0]), whole(values[1]));
    };
  }

  private static long whole(Object value) {
    return ((Number) value).longValue();
  }
}
