package io.busbar.protocol.sse;

import io.busbar.hub.AddressPattern;
import io.busbar.hub.Hub;
import io.busbar.hub.Position;
import io.busbar.hub.Session;
import io.busbar.hub.Since;
import io.busbar.hub.StreamStart;
import io.busbar.hub.StreamStartRequest;
import io.busbar.hub.Subscription;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.protocol.StreamJson;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one client with their start positions. Owned by the session's event loop.
 */
final class SseStream {
  private static final String UNKNOWN_ID = "unknown id";

  private final Hub hub;
  private final Session session;
  private final StreamQuery query;
  private final EventEncoder encoder;
  private final LastEventId last;
  private final Positions positions;
  private final List<JsonObject> gaps = new ArrayList<>(0);

  SseStream(Hub hub, Session session, StreamQuery query) {
    this.hub = hub;
    this.session = session;
    this.query = query;
    this.encoder = new EventEncoder(query.format());
    this.last = new LastEventId(query.lastId(), query.channels());
    this.positions = new Positions(query.channels().size() > 1);
  }

  /** Returns the client's positions. */
  Positions positions() {
    return positions;
  }

  /** Will subscribe to all channels; fails with the first refusal of the hub. */
  Future<?> subscribe() {
    List<Future<Subscription>> all = new ArrayList<>(query.channels().size());
    for (String channel : query.channels()) {
      Future<Subscription> one =
          AddressPattern.isPattern(channel)
              ? hub.subscribePattern(session, SubscriptionRequest.of(channel, encoder))
              : subscribe(channel);
      all.add(one);
      if (one.failed()) {
        break;
      }
    }
    return Future.join(all);
  }

  private Future<Subscription> subscribe(String channel) {
    Position received = last.of(channel);
    StreamStartRequest beginning =
        new StreamStartRequest(
            received == null ? null : Since.after(received),
            start -> begins(channel, received, start));
    byte[] label = hub.channelRules().isStream(channel) ? positions.label(channel) : null;
    SubscriptionRequest request = SubscriptionRequest.of(channel, encoder).labelled(label);
    return hub.subscribe(session, request.from(beginning).withInfo(query.info()));
  }

  private void begins(String channel, @Nullable Position received, @Nullable StreamStart start) {
    if (start != null) {
      positions.put(channel, start.position());
    }
    boolean whole = start != null && start.isRecovered();
    if (received != null && !whole) {
      gaps.add(OwnEvents.gap(channel, StreamJson.start(start)));
    } else if (start != null && last.isUnknown()) {
      gaps.add(
          OwnEvents.gap(channel, StreamJson.start(start))
              .put("recovered", false)
              .put("reason", UNKNOWN_ID));
    }
  }

  /**
   * Returns the first bytes of the stream.
   *
   * @param token for the client's answers; null where it cannot answer
   */
  byte[] first(long retryMillis, @Nullable String token) {
    EventText events = OwnEvents.first(retryMillis, token, positions.id());
    for (JsonObject gap : gaps) {
      events.next().name(OwnEvents.GAP).data(gap.encode());
    }
    return events.end();
  }
}
