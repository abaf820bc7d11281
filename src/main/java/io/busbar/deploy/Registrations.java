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
 * What one context listens to on the bus. Vert.x takes a consumer away and drops what it had been
 * given and not looked at yet, in one step; here that is two, so that nothing is dropped. This
 * class goes past the public API of Vert.x.
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

  /** The addresses that the context listens to, each once. */
  static List<String> addresses(Vertx vertx, ContextInternal context) {
    return of(vertx, context).stream()
        .map(HandlerRegistration::address)
        .distinct()
        .sorted()
        .toList();
  }

  /** No message comes to the context any more; what has come is handled. */
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
              // Behind all that was given to it.
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
