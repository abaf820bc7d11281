package io.busbar.protocol.topics;

import io.busbar.config.Action;
import io.busbar.hub.AddressPattern;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Hub;
import io.busbar.hub.Refusal;
import io.busbar.hub.RefusedException;
import io.busbar.hub.Session;
import io.busbar.hub.Subscription;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.protocol.OpenAnswers;
import io.busbar.protocol.Receiver;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One client of the topic bus. It sends pairs, and gets those of others once it has started. Owned
 * by the event loop of its transport.
 */
final class TopicsSession implements Receiver {
  /** Maximum number of pairs in a frame. */
  static final int MOST_PAIRS = 1000;

  private final Hub hub;
  private final Session session;
  private final TopicNames names;
  private final List<AddressPattern> patterns;
  private final OpenAnswers awaited = new OpenAnswers();
  private boolean started;

  /**
   * @param patterns subscriptions of a client that has started, as far as permissions allow them
   */
  TopicsSession(Hub hub, Session session, TopicNames names, List<AddressPattern> patterns) {
    this.hub = hub;
    this.session = session;
    this.names = names;
    this.patterns = patterns;
  }

  @Override
  public void text(String message) {
    session.received(message.length());
    int pairs = 0;
    int from = 0;
    while (from < message.length() && !session.isClosed()) {
      int newline = message.indexOf('\n', from);
      int end = newline < 0 ? message.length() : newline;
      String line = message.substring(from, end).strip();
      from = end + 1;
      if (!line.isEmpty() && pairs++ == MOST_PAIRS) {
        error("a frame has at most " + MOST_PAIRS + " pairs; those behind them are lost");
        return;
      }
      if (!line.isEmpty()) {
        receive(line);
      }
    }
  }

  @Override
  public void binary(Buffer message) {
    session.received(message.length());
    error("a pair is text, not binary");
  }

  @Override
  public void whenAnswered(Runnable task) {
    awaited.whenNone(() -> session.whenQuiet(task));
  }

  @Override
  public void closed() {
    hub.leave(session);
  }

  private void receive(String line) {
    try {
      TopicPair pair = TopicPair.parse(line);
      if (pair.topic().equals(TopicPair.START)) {
        start();
      } else {
        publish(pair);
      }
    } catch (TopicsException e) {
      error(e.getMessage());
    }
  }

  private void publish(TopicPair pair) throws TopicsException {
    String address = names.address(pair.topic());
    Refusal refusal = hub.publish(session, address, pair.payload(), null);
    if (refusal == Refusal.ADDRESS_TOO_LONG) {
      error("the topic is too long");
    } else if (refusal != null) {
      error(refusal.about(Action.PUBLISH, pair.topic()));
    }
  }

  /** Subscribes to the patterns, on the first call only. */
  private void start() {
    if (started) {
      return;
    }
    started = true;
    List<AddressPattern> subscribed = new ArrayList<>();
    List<Future<Subscription>> subscriptions = new ArrayList<>();
    for (AddressPattern pattern : patterns) {
      Future<Subscription> subscription = subscribe(pattern, List.copyOf(subscribed));
      if (!subscription.failed()) {
        subscribed.add(pattern);
        subscriptions.add(subscription);
      }
    }
    if (!subscriptions.isEmpty()) {
      awaited.begins();
      Future.join(subscriptions).onComplete(settled -> started(subscriptions));
    }
  }

  private Future<Subscription> subscribe(AddressPattern pattern, List<AddressPattern> others) {
    String text = pattern.toString();
    TopicEncoder encoder = new TopicEncoder(names, others);
    return hub.subscribePattern(session, SubscriptionRequest.of(text, encoder))
        .onFailure(cause -> refused(text, cause));
  }

  private void refused(String pattern, Throwable cause) {
    error(
        cause instanceof RefusedException no
            ? no.refusal().about(Action.SUBSCRIBE, names.topics(pattern))
            : FailureWords.of(cause));
  }

  private void started(List<Future<Subscription>> subscriptions) {
    if (subscriptions.stream().anyMatch(Future::succeeded)) {
      session.write(TopicPair.started());
    }
    awaited.ends();
  }

  private void error(String words) {
    session.write(TopicPair.error(words));
  }
}
