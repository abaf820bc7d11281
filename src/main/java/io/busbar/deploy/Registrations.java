package io.busbar.deploy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.eventbus.impl.HandlerRegistration;
import io.vertx.core.impl.utils.ConcurrentCyclicSequence;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The bus consumers of one context. Vert.x unregisters a consumer and drops its waiting messages in
 * one step. This class does only the first of the two, so no message is lost. It uses fields of
 * Vert.x that are not public API. Any thread may use it.
 */
final class Registrations {
  private static final Field HANDLERS = field(EventBusImpl.class, "handlerMap");
  private static final Field REGISTERED = field(HandlerRegistration.class, "registered");

  private Registrations() {}

  private static Field field(Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("another Vert.x: " + type.getName() + " has no " + name, e);
    }
  }

  /** The addresses of the consumers of the context, sorted and each once. */
  static List<String> addresses(Vertx vertx, ContextInternal context) {
    return of(vertx, context).stream()
        .map(HandlerRegistration::address)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Will unregister the consumers of the context. Completes when it has handled the messages that
   * had arrived.
   */
  static Future<Void> withdraw(Vertx vertx, ContextInternal context) {
    List<Future<Void>> gone = new ArrayList<>();
    for (HandlerRegistration<?> each : of(vertx, context)) {
      gone.add(withdraw(each));
    }
    Promise<Void> handled = Promise.promise();
    return Future.join(gone)
        .otherwiseEmpty()
        .compose(
            withdrawn -> {
              // This task runs after all messages that the context already has.
              context.execute(() -> handled.complete());
              return handled.future();
            });
  }

  private static List<HandlerRegistration<?>> of(Vertx vertx, ContextInternal context) {
    ContextInternal own = context.unwrap();
    List<HandlerRegistration<?>> all = new ArrayList<>();
    for (ConcurrentCyclicSequence<HandlerHolder<?>> each : handlers(vertx).values()) {
      for (HandlerHolder<?> holder : each) {
        if (holder.getContext().unwrap() == own) {
          all.add(holder.getHandler());
        }
      }
    }
    return all;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ConcurrentCyclicSequence<HandlerHolder<?>>> handlers(Vertx vertx) {
    try {
      return (Map<String, ConcurrentCyclicSequence<HandlerHolder<?>>>)
          HANDLERS.get(((VertxInternal) vertx).eventBus());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Future<Void> withdraw(HandlerRegistration<?> registration) {
    try {
      Consumer<Promise<Void>> registered = (Consumer<Promise<Void>>) REGISTERED.get(registration);
      if (registered == null) {
        return Future.succeededFuture();
      }
      REGISTERED.set(registration, null);
      Promise<Void> gone = Promise.promise();
      registered.accept(gone);
      return gone.future();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
