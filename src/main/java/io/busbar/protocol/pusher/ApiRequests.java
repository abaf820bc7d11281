package io.busbar.protocol.pusher;

import io.busbar.hub.InboundBudget;
import io.busbar.hub.PresenceListener;
import io.busbar.protocol.BasePath;
import io.busbar.protocol.RequestBody;
import io.busbar.protocol.pusher.ApiPath.Operation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Handles the requests of one app's backends. It verifies the signature before it reads the body.
 * Owned by one event loop.
 */
final class ApiRequests {
  private static final long BODY_TIMEOUT_MILLIS = 30_000;
  private static final int MOST_BYTES_OF_NOTHING = 1_024;

  /** Maximum of requests that wait for other nodes. */
  private static final int MOST_OPEN = 100;

  private final PusherApp app;
  private final RequestSignature signature;
  private final InboundBudget inbound;
  private final Trigger trigger;
  private final ApiChannels channels;
  private final ApiQuestions questions;
  private final PusherNodes nodes;
  private final ApiRefusals refusals;
  private int open;

  ApiRequests(
      PusherApp app,
      RequestSignature signature,
      InboundBudget inbound,
      Trigger trigger,
      ApiChannels channels,
      PusherNodes nodes,
      ApiRefusals refusals) {
    this.app = app;
    this.signature = signature;
    this.inbound = inbound;
    this.trigger = trigger;
    this.channels = channels;
    this.questions = new ApiQuestions(app, channels);
    this.nodes = nodes;
    this.refusals = refusals;
  }

  /** Will answer the request. */
  void take(RoutingContext routing, ApiPath path) {
    HttpServerRequest request = routing.request();
    try {
      if (!app.config().enabled()) {
        throw new ApiException(403, "This app is disabled");
      }
      Operation operation = path.operation();
      if (operation == null) {
        throw new ApiException(404, "There is nothing here");
      }
      String method = request.method().name();
      if (!operation.method().equals(method)) {
        request.response().putHeader(HttpHeaders.ALLOW, operation.method());
        throw new ApiException(405, "Only " + operation.method() + " is possible here");
      }
      ApiQuery query = ApiQuery.of(request.query());
      signature.check(method, BasePath.of(request), request.path(), request.query(), query);
      if (operation.hasBody()) {
        read(routing, path, operation, query);
      } else {
        mayAsk();
        answer(request, questions.answer(operation, path.named(), query));
        RequestBody.discard(request, BODY_TIMEOUT_MILLIS);
      }
    } catch (ApiException e) {
      RequestBody.discard(request, BODY_TIMEOUT_MILLIS);
      refused(request, e);
    }
  }

  private void read(RoutingContext routing, ApiPath path, Operation operation, ApiQuery query) {
    HttpServerRequest request = routing.request();
    RequestBody.read(
        request,
        inbound,
        mostBytes(operation),
        BODY_TIMEOUT_MILLIS,
        body -> {
          try {
            signature.checkBody(query, body.getBytes());
            post(request, operation, path.named(), body);
          } catch (ApiException e) {
            refused(request, e);
          } catch (RuntimeException e) {
            routing.fail(e);
          }
        },
        (status, words) -> refused(request, new ApiException(status, words)));
  }

  private int mostBytes(Operation operation) {
    return operation == Operation.TERMINATE
        ? MOST_BYTES_OF_NOTHING
        : ApiEvent.mostBytes(app, operation == Operation.BATCH_EVENTS);
  }

  private void post(HttpServerRequest request, Operation operation, String named, Buffer body)
      throws ApiException {
    switch (operation) {
      case EVENTS -> event(request, ApiEvent.ofBody(app, body));
      case BATCH_EVENTS -> batch(request, ApiEvent.ofBatch(app, body));
      default -> answer(request, terminate(named));
    }
  }

  private void event(HttpServerRequest request, ApiEvent event) throws ApiException {
    if (event.info().isEmpty()) {
      answerWhenKept(request, publish(List.of(event)));
    } else {
      mayAsk();
      Future<?> kept = Future.all(publish(List.of(event)));
      answer(request, kept.compose(done -> about(event)));
    }
  }

  private Future<JsonObject> about(ApiEvent event) {
    List<Future<JsonObject>> all = new ArrayList<>();
    event.channels().forEach(each -> all.add(channels.attributes(app, each, event.info())));
    return Future.all(all)
        .map(
            done -> {
              JsonObject found = new JsonObject();
              for (int i = 0; i < all.size(); i++) {
                found.put(event.channels().get(i).name(), all.get(i).result());
              }
              return new JsonObject().put("channels", found);
            });
  }

  private void batch(HttpServerRequest request, List<ApiEvent> events) throws ApiException {
    if (events.stream().allMatch(event -> event.info().isEmpty())) {
      answerWhenKept(request, publish(events));
    } else {
      mayAsk();
      Future<?> kept = Future.all(publish(events));
      answer(request, kept.compose(done -> aboutAll(events)));
    }
  }

  private Future<JsonObject> aboutAll(List<ApiEvent> events) {
    List<Future<JsonObject>> all = new ArrayList<>();
    for (ApiEvent event : events) {
      ChannelName channel = event.channels().get(0);
      all.add(channels.attributes(app, channel, event.info()));
    }
    return Future.all(all)
        .map(done -> new JsonObject().put("batch", new JsonArray(done.<Object>list())));
  }

  /** Publishes the events. Returns the publications that are not complete yet. */
  private List<Future<Void>> publish(List<ApiEvent> events) {
    List<Future<Void>> waiting = new ArrayList<>(0);
    for (ApiEvent event : events) {
      PusherEvent pusherEvent = PusherEvent.of(event.name(), event.data(), event.socketId(), null);
      for (ChannelName channel : event.channels()) {
        Future<Void> kept = trigger.publish(app, channel.name(), pusherEvent);
        if (!kept.succeeded()) {
          waiting.add(kept);
        }
      }
    }
    return waiting;
  }

  private void answerWhenKept(HttpServerRequest request, List<Future<Void>> waiting) {
    if (waiting.isEmpty()) {
      ApiAnswers.json(request.response(), ApiAnswers.NOTHING);
    } else {
      answer(request, Future.all(waiting).map(kept -> new JsonObject()));
    }
  }

  private Future<JsonObject> terminate(String user) throws ApiException {
    if (!ChannelName.isUser(user)) {
      throw ApiException.bad("There can be no user of that id");
    }
    mayAsk();
    return nodes.end(app, user).map(ended -> new JsonObject());
  }

  /** Rejects a request when too many others wait already. */
  private void mayAsk() throws ApiException {
    if (open >= MOST_OPEN) {
      throw new ApiException(503, "Too many requests wait for the nodes of the gateway");
    }
  }

  private void answer(HttpServerRequest request, Future<JsonObject> found) {
    open++;
    Promise<JsonObject> here = ContextInternal.current().promise();
    found.onComplete(here);
    here.future()
        .onComplete(
            result -> {
              open--;
              if (result.succeeded()) {
                ApiAnswers.json(request.response(), result.result().toBuffer());
              } else {
                refused(request, failed(result.cause()));
              }
            });
  }

  private static ApiException failed(Throwable cause) {
    int code = cause instanceof ReplyException reply ? reply.failureCode() : 0;
    return switch (code) {
      case NodeClients.TOO_MANY ->
          ApiException.bad("There are too many: narrow it down with filter_by_prefix");
      case PresenceListener.NO_PRESENCE ->
          ApiException.bad("A rule of the gateway's config takes presence from that channel");
      default ->
          new ApiException(503, "Not all nodes of the gateway have answered in time: try again");
    };
  }

  private void refused(HttpServerRequest request, ApiException wrong) {
    refusals.add(wrong.status(), wrong.getMessage());
    ApiAnswers.refused(request.response(), wrong.status(), wrong.getMessage());
  }

  /** Rejects a request that belongs to no app. */
  static void refuse(HttpServerRequest request, int status, String words) {
    RequestBody.discard(request, BODY_TIMEOUT_MILLIS);
    ApiAnswers.refused(request.response(), status, words);
  }
}
