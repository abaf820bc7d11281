package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The reader of a stream on one node. It passes on messages in the order of their offsets, and
 * reads missing ones from the owner of the stream. Subscriptions that begin further back catch up
 * here. It tells every gap. Owned by its channel's home loop.
 */
final class Follower {
  private static final System.Logger LOG = System.getLogger("io.busbar.stream");
  private static final long AGAIN_MILLIS = 500;

  /** Limits for the newest messages that are kept while a subscription catches up. */
  private static final int MOST_RECENT = 128;

  private static final int MOST_RECENT_BYTES = 256 << 10;

  /** Before the first look. */
  private static final Position UNKNOWN = new Position("", -1);

  private final Channel channel;
  private final History history;
  private final Pages pages;
  private final Since usual;
  private final Map<Subscription, CatchUp> behind = new LinkedHashMap<>();
  private final ArrayDeque<Fanout> recent = new ArrayDeque<>();
  private int recentBytes;

  /** That of the last message that was handed on. */
  private Position last = UNKNOWN;

  /** Epoch of the last message or gap, which clients know; null before the first. */
  private @Nullable String knownEpoch;

  /** The largest offset that arrived while older messages were read. */
  private long seen;

  private boolean filling;

  /** Whether the stream was replaced by an empty one, after messages had been passed on. */
  private boolean emptied;

  /**
   * @param tellsLast whether a subscriber without a starting point hears the last message first
   */
  Follower(Channel channel, History history, boolean tellsLast) {
    this.channel = channel;
    this.history = history;
    this.pages = new Pages(channel, history);
    this.usual = tellsLast ? Since.last() : Since.next();
  }

  /** Will find out the position of the stream. */
  Future<Void> start() {
    return history
        .read(channel.address(), Since.next(), 0)
        .onSuccess(page -> channel.home().post(() -> started(page)))
        .mapEmpty();
  }

  private void started(StreamPage page) {
    last = new Position(page.epoch(), page.head());
    if (seen > last.offset()) {
      fill();
    }
  }

  /** Returns whether a subscription still catches up. */
  boolean isAwaited() {
    return !behind.isEmpty();
  }

  /** Handles a message from the bus. */
  void arrived(Payload payload, Message<Object> message) {
    Position position = Position.of(message.headers());
    if (position == null) {
      channel.publish(new Fanout(channel.address(), payload, message));
    } else if (last == UNKNOWN || filling) {
      seen = Math.max(seen, position.offset());
    } else if (position.follows(last)) {
      Fanout live =
          Fanout.live(channel.address(), payload, message, position, isNewEpoch(position));
      pass(live, position);
    } else if (!position.epoch().equals(last.epoch()) || position.offset() > last.offset()) {
      seen = Math.max(seen, position.offset());
      fill();
    }
  }

  /** Notes the position of the stream's newest message; missing messages are read. */
  void isAt(Position head) {
    if (last == UNKNOWN || filling) {
      seen = Math.max(seen, head.offset());
    } else if (head.offset() > last.offset() || !head.epoch().equals(last.epoch())) {
      fill();
    }
  }

  private boolean isNewEpoch(Position position) {
    return !position.epoch().equals(knownEpoch);
  }

  private void pass(Fanout message, Position position) {
    last = position;
    knownEpoch = last.epoch();
    channel.publish(message);
    if (!behind.isEmpty()) {
      recent.add(message);
      recentBytes += message.size();
      while (recent.size() > MOST_RECENT || recentBytes > MOST_RECENT_BYTES) {
        recentBytes -= recent.remove().size();
      }
    }
  }

  /** Will read the messages after the last one that was passed on. */
  void fill() {
    if (filling || last == UNKNOWN) {
      return;
    }
    filling = true;
    Since since = Since.at(last.epoch(), last.offset() + 1);
    history
        .read(channel.address(), since, Pages.MESSAGES)
        .onSuccess(page -> channel.home().post(() -> filled(page)))
        .onFailure(e -> channel.home().post(() -> fillAgain(e)));
  }

  private void fillAgain(Throwable why) {
    LOG.log(System.Logger.Level.WARNING, "stream {0} is not read: {1}", channel.address(), why);
    channel.home().eventLoop().schedule(this::retry, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void retry() {
    filling = false;
    if (channel.isListenedTo()) {
      fill();
    }
  }

  private void filled(StreamPage page) {
    filling = false;
    Position before = last;
    LossReason lost = page.lost() == null && isReplay(page) ? LossReason.EPOCH : page.lost();
    if (lost != null) {
      lose(page, lost);
    }
    for (StreamMessage message : page.messages()) {
      if (message.offset() == last.offset() + 1) {
        Position position = message.position();
        pass(Fanout.kept(channel.address(), message, isNewEpoch(position)), position);
      }
    }
    boolean unread = last.offset() < page.head() && !last.equals(before);
    if (last.offset() == page.head()) {
      last = new Position(page.epoch(), page.head());
    }
    boolean came = seen > last.offset();
    seen = 0;
    if (unread || came) {
      fill();
    } else {
      List.copyOf(behind.values()).stream().filter(CatchUp::wakes).forEach(this::advance);
    }
  }

  /**
   * Returns whether the page has what subscribers received before the stream was empty. A node that
   * was cut off saw an empty stream, and finds the old one again when it returns. For the owner, a
   * reader at the beginning of an empty stream has received nothing.
   */
  private boolean isReplay(StreamPage page) {
    return emptied && last.offset() == 0 && !page.epoch().equals(last.epoch());
  }

  /** Handles lost messages: all subscribers are told, and go on at the stream's position. */
  private void lose(StreamPage page, LossReason why) {
    boolean other = why == LossReason.EPOCH;
    emptied = other && page.head() == 0 && (emptied || last.offset() > 0);
    last = new Position(page.epoch(), other ? page.head() : page.first() - 1);
    knownEpoch = page.epoch();
    forgetRecent();
    pages.forget();
    channel.hub().counters().gap();
    channel.publish(Fanout.gap(channel.address(), last, why));
    behind.values().forEach(one -> one.loses(last, why));
  }

  /** Lets the subscription hear the stream from its starting point. */
  void admit(Subscription subscription) {
    Since since = subscription.since() == null ? usual : subscription.since();
    if (since.kind() == Since.Kind.NEXT || since.equals(Since.after(last))) {
      if (subscription.comesBack()) {
        channel.hub().counters().recovered(null);
      }
      subscription.start(new StreamStart(last, last.offset(), null));
      LoopSubscribers subscribers = channel.place(subscription);
      Session session = subscription.session();
      session.loop().post(() -> session.admitted(subscription, subscribers));
      return;
    }
    CatchUp one = new CatchUp(this, subscription);
    behind.put(subscription, one);
    pages
        .find(since)
        .onSuccess(page -> channel.home().post(() -> begin(one, page)))
        .onFailure(e -> channel.home().post(() -> refuse(one)));
  }

  private void refuse(CatchUp one) {
    if (behind.remove(one.subscription(), one)) {
      channel.refuse(one.subscription());
    }
  }

  private void begin(CatchUp one, Pages.Page page) {
    if (behind.get(one.subscription()) == one) {
      one.begin(page);
      if (one.subscription().comesBack()) {
        channel.hub().counters().recovered(page.about().lost());
      }
      if (filling || page.about().lost() != null || page.messages().isEmpty()) {
        advance(one);
      } else {
        read(one, page);
      }
    }
  }

  /** Goes on when the client has taken its messages, or when missing messages may have come. */
  void advance(CatchUp one) {
    Subscription subscription = one.subscription();
    if (behind.get(subscription) != one) {
      return;
    }
    if (filling) {
      one.waits();
    } else if (one.next() > last.offset() + 1) {
      aheadOfUs(one);
    } else if (one.next() == last.offset() + 1) {
      join(one, List.of());
    } else if (!recent.isEmpty() && recent.element().offset() <= one.next()) {
      join(one, recent.stream().filter(each -> each.offset() >= one.next()).toList());
    } else {
      read(one);
    }
  }

  /** The owner told it about messages that have not come here; one read looks for them. */
  private void aheadOfUs(CatchUp one) {
    if (one.hasWaited()) {
      one.loses(last, LossReason.EPOCH);
      advance(one);
    } else {
      one.waits();
      seen = Math.max(seen, one.next() - 1);
      fill();
    }
  }

  private void read(CatchUp one) {
    pages
        .find(Since.at(last.epoch(), one.next()))
        .onSuccess(page -> channel.home().post(() -> read(one, page)))
        .onFailure(e -> channel.home().post(() -> refuseLate(one)));
  }

  private void read(CatchUp one, Pages.Page page) {
    if (behind.get(one.subscription()) != one) {
      return;
    }
    LossReason lost = page.about().lost();
    if (lost != null) {
      long first = Math.min(page.about().first(), last.offset() + 1);
      one.loses(new Position(page.about().epoch(), first - 1), lost);
      advance(one);
      return;
    }
    List<Fanout> messages =
        page.messages().stream()
            .filter(each -> each.offset() >= one.next())
            .filter(each -> each.offset() <= last.offset())
            .toList();
    if (messages.isEmpty()) {
      advance(one);
    } else {
      one.give(messages);
    }
  }

  /**
   * Closes the connection of an admitted subscriber that cannot be served, so that it connects
   * again.
   */
  private void refuseLate(CatchUp one) {
    if (behind.get(one.subscription()) == one) {
      Session session = one.subscription().session();
      session.loop().post(() -> session.close(Disconnect.FAILED));
    }
  }

  private void join(CatchUp one, List<Fanout> rest) {
    behind.remove(one.subscription());
    forgetRecentWhenAlone();
    one.join(rest, channel.place(one.subscription()));
  }

  /** Only subscriptions that catch up need the recent messages. */
  private void forgetRecentWhenAlone() {
    if (behind.isEmpty()) {
      forgetRecent();
    }
  }

  private void forgetRecent() {
    recent.clear();
    recentBytes = 0;
  }

  Channel channel() {
    return channel;
  }

  /** Removes a subscription that catches up; returns false where it did not. */
  boolean drop(Subscription subscription) {
    boolean was = behind.remove(subscription) != null;
    forgetRecentWhenAlone();
    return was;
  }
}
