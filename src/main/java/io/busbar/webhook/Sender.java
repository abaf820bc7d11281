package io.busbar.webhook;

import io.busbar.config.WebhookConfig;
import io.busbar.webhook.WebhookCounters.Drop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of one webhook's queue while that queue lives on this node. It sends one batch
 * after the other, so no event overtakes another. A failed batch is repeated until it succeeds. If
 * the endpoint accepts nothing for too long, the events are given up. The queue keeps each event
 * until this sender answers. Owned by the verticle's event loop.
 */
final class Sender {
  /** Suffix of the address on which the queue says that none of its requests here wait any more. */
  private static final String LEFT = ".left";

  private static final long STOP_MILLIS = 3_000;

  /** How long after the last event the queue counts as empty. */
  private static final long DRY_MILLIS = 100;

  private final Vertx vertx;
  private final Webhook webhook;
  private final WebhookConfig config;
  private final Poster poster;
  private final Deque<PendingEvent> held = new ArrayDeque<>();
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private final Promise<Void> stopped = Promise.promise();

  /** The batch that is sent until it succeeds; null if the next one may have other events. */
  private @Nullable Batch batch;

  private boolean posting;
  private boolean pausing;
  private long timer = -1;
  private int failures;
  private long failingSinceMillis;
  private @Nullable String trouble;
  private boolean gone;
  private boolean stopping;
  private boolean ended;

  Sender(Vertx vertx, Webhook webhook) {
    this.vertx = vertx;
    this.webhook = webhook;
    this.config = webhook.config();
    this.poster = new Poster(vertx, config, webhook.format());
  }

  void start() {
    consumers.add(vertx.eventBus().localConsumer(config.queue() + LEFT, message -> leave()));
    consumers.add(
        vertx.eventBus().localConsumer(config.queue(), message -> take(PendingEvent.of(message))));
  }

  private void take(@Nullable PendingEvent event) {
    if (event == null) {
      return;
    }
    if (ended || stopping && vertx.isClustered()) {
      event.giveBack();
    } else if (gone) {
      drop(event, Drop.GONE);
    } else {
      held.add(event);
      giveUpOld();
      goOn();
    }
  }

  /**
   * Another node sends the events now. If the queue comes back, the endpoint has its full time
   * again.
   */
  private void leave() {
    forgetAll();
    failures = 0;
  }

  private void forgetAll() {
    held.clear();
    batch = null;
  }

  /** Sends the next batch if it is time. */
  private void goOn() {
    if (posting || pausing || ended) {
      return;
    }
    if (held.isEmpty()) {
      endIfDry();
      return;
    }
    long waited = System.currentTimeMillis() - held.element().heldMillis();
    long wait = config.delay().toMillis() - waited;
    if (stopping || wait <= 0 || held.size() >= WebhookConfig.MOST_EVENTS) {
      post();
    } else if (timer < 0) {
      timer =
          vertx.setTimer(
              wait,
              due -> {
                timer = -1;
                goOn();
              });
    }
  }

  private void post() {
    Batch sent = batch == null ? Batch.of(webhook.format(), held) : batch;
    batch = sent;
    posting = true;
    poster.post(sent.id(), sent.body()).onSuccess(outcome -> posted(sent, outcome));
  }

  private void posted(Batch sent, Outcome outcome) {
    posting = false;
    WebhookCounters.Failure why = outcome.failure();
    if (why == null) {
      webhook.isWell();
      failures = 0;
      trouble = null;
      webhook.counters().sent(sent.events().size());
      sent.events().forEach(PendingEvent::done);
      if (sent == batch) {
        sent.events().forEach(done -> held.remove());
        batch = null;
      }
      goOn();
    } else {
      failed(outcome, why);
    }
  }

  private void failed(Outcome outcome, WebhookCounters.Failure why) {
    webhook.counters().failed(why);
    trouble = outcome.words();
    failingSinceMillis = failures == 0 ? System.currentTimeMillis() : failingSinceMillis;
    failures++;
    if (outcome.isGone()) {
      gone = true;
      webhook.hasEnded("it answers 410 and gets nothing more before a restart");
      held.forEach(event -> drop(event, Drop.GONE));
      forgetAll();
    } else {
      giveUpOld();
      webhook.warn("it does not take events: " + trouble);
    }
    if (stopping) {
      end();
    } else {
      pause(outcome.notBeforeMillis());
    }
  }

  private void pause(long notBeforeMillis) {
    long giveUp = config.giveUp().toMillis();
    long left = Math.max(0, failingSinceMillis + giveUp - System.currentTimeMillis());
    long asked = Math.min(notBeforeMillis, left);
    pausing = true;
    vertx.setTimer(
        Math.max(asked, config.backOff().pauseMillis(Math.max(0, failures - 1))),
        over -> {
          pausing = false;
          giveUpOld();
          goOn();
        });
  }

  /** Drops the old events if the endpoint has accepted nothing for that long. */
  private void giveUpOld() {
    long before = System.currentTimeMillis() - config.giveUp().toMillis();
    if (failures == 0 || failingSinceMillis > before || posting) {
      return;
    }
    Set<PendingEvent> old = new HashSet<>();
    held.stream().filter(event -> event.sinceMillis() <= before).forEach(old::add);
    if (!old.isEmpty()) {
      old.forEach(event -> drop(event, Drop.GIVEN_UP));
      held.removeIf(old::contains);
      batch = null;
      webhook.warn("it has taken nothing for too long: " + trouble);
    }
  }

  private void drop(PendingEvent event, Drop why) {
    webhook.counters().dropped(why);
    event.drop();
  }

  /**
   * Will send the open batch as long as the endpoint accepts it. A single node sends the whole
   * queue.
   */
  Future<Void> stop() {
    stopping = true;
    vertx.setTimer(STOP_MILLIS, timeout -> end());
    if (pausing || gone) {
      end();
    } else {
      goOn();
    }
    return stopped.future();
  }

  private void endIfDry() {
    if (stopping) {
      vertx.setTimer(
          DRY_MILLIS,
          over -> {
            if (held.isEmpty() && !posting) {
              end();
            }
          });
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      held.forEach(PendingEvent::giveBack);
      forgetAll();
      consumers.forEach(MessageConsumer::unregister);
      poster.close().onComplete(stopped);
    }
  }

  /** Its name, its counters on this node, and its current trouble. */
  JsonObject status() {
    return new JsonObject()
        .put("name", config.name())
        .mergeIn(webhook.counters().toJson())
        .put("held", held.size())
        .put("trouble", trouble)
        .put("gone", gone);
  }
}
