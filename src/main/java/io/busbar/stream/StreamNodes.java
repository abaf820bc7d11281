package io.busbar.stream;

import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.busbar.hub.StreamPage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calls between nodes for streams. Any thread may use it; a call is made on the stream's loop.
 */
final class StreamNodes {
  private static final String ADDRESS = "busbar.streams.";
  private static final long ANSWER_MILLIS = 10_000;
  private static final long SETTLED_MILLIS = 1_000;

  private final Streams streams;
  private final Owners owners;
  private final EventBus bus;
  private final StreamHeads heads;
  private final Map<String, OwnerCalls<StreamCall, StreamPage>> calls = new ConcurrentHashMap<>();
  private final AtomicBoolean changing = new AtomicBoolean();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  StreamNodes(Streams streams, Owners owners) {
    this.streams = streams;
    this.owners = owners;
    this.bus = streams.vertx().eventBus();
    this.heads = new StreamHeads(streams);
  }

  /** Completes when other nodes can call. */
  Future<Void> start() {
    owners.onChange(this::ownersChanged);
    heads.start();
    Promise<Void> listening = Promise.promise();
    streams
        .loopOf("")
        .runOnContext(
            nothing -> {
              MessageConsumer<Buffer> consumer = bus.consumer(ADDRESS + owners.here());
              consumer.handler(this::received);
              consumer.completion().onComplete(listening);
            });
    return listening.future();
  }

  /** The newest positions of streams, which nodes tell each other. */
  StreamHeads heads() {
    return heads;
  }

  void onChange(Runnable changed) {
    listeners.add(changed);
  }

  private void ownersChanged() {
    streams.local().ownersChanged();
    calls.forEach((name, one) -> streams.loopOf(name).runOnContext(nothing -> one.ownersChanged()));
    if (changing.compareAndSet(false, true)) {
      streams.vertx().setTimer(SETTLED_MILLIS, timer -> changed());
    }
  }

  private void changed() {
    changing.set(false);
    listeners.forEach(Runnable::run);
  }

  /**
   * Will call the stream, on whichever node it lives. Called on the stream's loop, and completes
   * there.
   */
  Future<StreamPage> ask(StreamCall call, Context loop) {
    Promise<StreamPage> answer = Promise.promise();
    calls
        .computeIfAbsent(
            call.stream(),
            name ->
                new OwnerCalls<>(
                    name,
                    owners,
                    (node, one) -> ask(node, one, loop),
                    loop,
                    () -> calls.remove(name)))
        .ask(call)
        .onComplete(answer);
    return answer.future();
  }

  private Future<StreamPage> ask(String node, StreamCall call, Context loop) {
    return node.equals(owners.here())
        ? streams.local().perform(call, loop)
        : bus.<Buffer>request(
                ADDRESS + node,
                call.toBuffer(),
                new DeliveryOptions().setSendTimeout(ANSWER_MILLIS))
            .map(answer -> StreamCall.page(answer.body()));
  }

  private void received(Message<Buffer> message) {
    try {
      StreamCall call = StreamCall.read(message.body());
      Context loop = streams.loopOf(call.stream());
      loop.runOnContext(nothing -> answer(message, streams.local().perform(call, loop)));
    } catch (RuntimeException e) {
      answer(message, OwnerCalls.refused("a node does not understand what another one asks"));
      streams.notUnderstood(e);
    }
  }

  private static void answer(Message<Buffer> message, Future<StreamPage> done) {
    done.onSuccess(page -> message.reply(StreamCall.toBuffer(page)))
        .onFailure(e -> message.fail(OwnerCalls.code(e), e.getMessage()));
  }
}
