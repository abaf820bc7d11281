package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The view of a node's sessions and channels for its operators. It asks the event loops that own
 * the data. Any thread may ask, and the answer comes on one of the event loops.
 */
public final class SessionInspector {
  private final List<Loop> loops;

  SessionInspector(List<Loop> loops) {
    this.loops = loops;
  }

  /**
   * One session.
   *
   * @param user name of the logged-in user; null without a login
   * @param address host of the client
   * @param since time when it joined
   * @param place place after which the next page begins
   */
  public record SessionView(
      String id,
      String protocol,
      @Nullable String user,
      String address,
      Instant since,
      int subscriptions,
      String place) {}

  /**
   * A search for sessions. A session must match all fields, and an empty field matches every
   * session.
   *
   * @param protocol name of the protocol
   * @param user name of the logged-in user
   * @param address first characters of the client's host
   * @param id first characters of the session's id
   */
  public record Wanted(String protocol, String user, String address, String id) {
    private boolean fits(Session session) {
      return (protocol.isEmpty() || protocol.equals(session.protocol()))
          && (user.isEmpty() || user.equals(session.user()))
          && session.remoteAddress().startsWith(address)
          && session.id().startsWith(id);
    }
  }

  /**
   * One channel of this node.
   *
   * @param pattern whether it has all publications with a matching address
   * @param messages number of messages since its first subscriber
   * @param lately number of messages since the last call of {@link #busiest}; 0 elsewhere
   * @param protocols number of subscribers by protocol; empty in lists
   */
  public record ChannelView(
      String address,
      boolean pattern,
      int subscribers,
      long messages,
      long lately,
      String overflow,
      Map<String, Integer> protocols) {}

  /**
   * Will return a page of the matching sessions, loop by loop and the oldest first.
   *
   * @param after place of the last session of the page before; empty for the first page
   */
  public Future<List<SessionView>> sessions(String after, int limit, Wanted wanted) {
    int loop = 0;
    long micros = 0;
    if (!after.isEmpty()) {
      int dot = after.indexOf('.');
      try {
        loop = Integer.parseInt(after.substring(0, Math.max(dot, 0)));
        micros = Long.parseLong(after.substring(dot + 1));
      } catch (NumberFormatException e) {
        return Future.failedFuture(new IllegalArgumentException("after is not a place", e));
      }
    }
    return more(loop, micros, limit, wanted, new ArrayList<>());
  }

  private Future<List<SessionView>> more(
      int index, long afterMicros, int limit, Wanted wanted, List<SessionView> found) {
    if (index < 0 || index >= loops.size() || found.size() >= limit) {
      return Future.succeededFuture(found);
    }
    return ask(
            loops.get(index),
            loop -> {
              for (Session session : loop.sessions()) {
                if (found.size() == limit) {
                  break;
                }
                if (session.joinedMicros() > afterMicros && wanted.fits(session)) {
                  found.add(view(session));
                }
              }
              return found;
            })
        .compose(page -> more(index + 1, 0, limit, wanted, page));
  }

  /**
   * Will return a session of this node in detail; null if there is none with that id.
   *
   * @param most largest number of its subscriptions, and of its queues
   */
  public Future<SessionDetail> session(String id, int most) {
    return Loop.ask(
            loops,
            loop ->
                loop.sessions().stream()
                    .filter(session -> session.id().equals(id))
                    .map(session -> SessionDetail.of(session, view(session), most))
                    .toList())
        .map(found -> found.isEmpty() ? null : found.get(0));
  }

  /** Will end a session with {@link Disconnect#ENDED}; false if this node has none with that id. */
  public Future<Boolean> end(String id) {
    return Loop.ask(
            loops,
            loop -> {
              List<Session> meant =
                  loop.sessions().stream().filter(session -> session.id().equals(id)).toList();
              meant.forEach(session -> session.close(Disconnect.ENDED));
              return meant;
            })
        .map(ended -> !ended.isEmpty());
  }

  private static SessionView view(Session session) {
    return new SessionView(
        session.id(),
        session.protocol(),
        session.user(),
        session.remoteAddress(),
        Instant.ofEpochMilli(session.joinedMicros() / 1000),
        session.subscriptionCount(),
        session.loop().index() + "." + session.joinedMicros());
  }

  /** Will return a page of the channels with that prefix, sorted by address. */
  public Future<List<ChannelView>> channels(String prefix, String after, int limit) {
    Comparator<ChannelView> byAddress =
        Comparator.comparing(ChannelView::address).thenComparing(ChannelView::pattern);
    return best(
        byAddress,
        limit,
        channel ->
            channel.address().startsWith(prefix) && channel.address().compareTo(after) > 0
                ? view(channel, 0, Map.of())
                : null);
  }

  /**
   * Will return the channels with the most messages since the last call, then with the most
   * subscribers.
   */
  public Future<List<ChannelView>> busiest(int limit) {
    Comparator<ChannelView> busy =
        Comparator.comparingLong(ChannelView::lately)
            .thenComparingInt(ChannelView::subscribers)
            .reversed()
            .thenComparing(ChannelView::address);
    return best(busy, limit, channel -> view(channel, channel.sampleMessages(), Map.of()));
  }

  /** Will return the channel of that address, the pattern with the same text, both, or none. */
  public Future<List<ChannelView>> channel(String address) {
    return ask(
        loops.get(Math.floorMod(address.hashCode(), loops.size())),
        loop -> {
          List<ChannelView> views = new ArrayList<>();
          for (boolean pattern : new boolean[] {false, true}) {
            Channel channel = loop.channels().get(new ChannelName(address, pattern));
            if (channel != null) {
              Map<String, Integer> protocols = new TreeMap<>();
              for (Subscription member : channel.members()) {
                protocols.merge(member.session().protocol(), 1, Integer::sum);
              }
              views.add(view(channel, 0, protocols));
            }
          }
          return views;
        });
  }

  /** Will return the number of clients of this node that listen to the address itself. */
  public Future<Integer> subscribers(String address) {
    return ask(
        loops.get(Math.floorMod(address.hashCode(), loops.size())),
        loop -> {
          Channel channel = loop.channels().get(ChannelName.of(address));
          return channel == null ? 0 : channel.listeners();
        });
  }

  /**
   * Will return the addresses that clients of this node listen to, and the number of listeners.
   * Patterns do not count.
   *
   * @param most where there are more addresses, only a part is returned, which has more than this
   *     number
   */
  public Future<Map<String, Integer>> subscribers(Predicate<String> which, int most) {
    List<Future<Map<String, Integer>>> parts = new ArrayList<>();
    for (Loop each : loops) {
      parts.add(ask(each, loop -> subscribers(loop, which, most)));
    }
    return Future.all(parts)
        .map(
            all -> {
              Map<String, Integer> together = new HashMap<>();
              parts.forEach(part -> together.putAll(part.result()));
              return together;
            });
  }

  private static Map<String, Integer> subscribers(Loop loop, Predicate<String> which, int most) {
    Map<String, Integer> found = new HashMap<>();
    for (Channel channel : loop.channels().values()) {
      int listeners = channel.name().isPattern() ? 0 : channel.listeners();
      if (listeners > 0 && found.size() <= most && which.test(channel.address())) {
        found.put(channel.address(), listeners);
      }
    }
    return found;
  }

  private static ChannelView view(Channel channel, long lately, Map<String, Integer> protocols) {
    return new ChannelView(
        channel.address(),
        channel.name().isPattern(),
        channel.members().size(),
        channel.messages(),
        lately,
        channel.overflow().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
        protocols);
  }

  private Future<List<ChannelView>> best(
      Comparator<ChannelView> order, int limit, Function<Channel, ChannelView> look) {
    List<Future<List<ChannelView>>> parts = new ArrayList<>();
    for (Loop each : loops) {
      parts.add(
          ask(
              each,
              loop ->
                  loop.channels().values().stream()
                      .map(look)
                      .filter(view -> view != null)
                      .sorted(order)
                      .limit(limit)
                      .toList()));
    }
    return Future.all(parts)
        .map(
            all ->
                parts.stream()
                    .flatMap(part -> part.result().stream())
                    .sorted(order)
                    .limit(limit)
                    .toList());
  }

  /** Returns the times from a channel to the outboxes of the event loops, as a histogram. */
  public FanoutHistogram fanoutTimes() {
    double[] bounds = new double[FanoutTimes.BUCKETS];
    long[] counts = new long[FanoutTimes.BUCKETS];
    long sumNanos = 0;
    for (Loop loop : loops) {
      for (int i = 0; i < counts.length; i++) {
        bounds[i] = FanoutTimes.boundSeconds(i);
        counts[i] += loop.fanoutTimes().count(i);
      }
      sumNanos += loop.fanoutTimes().sumNanos();
    }
    return new FanoutHistogram(bounds, counts, sumNanos / 1e9);
  }

  /**
   * The times as a histogram.
   *
   * @param bounds upper bounds of the buckets in seconds, the last one infinite
   * @param counts number of messages in each bucket alone
   * @param sum sum of all times, in seconds
   */
  @SuppressWarnings("ArrayRecordComponent") // its only reader needs arrays
  public record FanoutHistogram(double[] bounds, long[] counts, double sum) {}

  private static <T> Future<T> ask(Loop loop, Function<Loop, T> question) {
    Promise<T> answer = Promise.promise();
    loop.post(
        () -> {
          try {
            answer.complete(question.apply(loop));
          } catch (RuntimeException e) {
            answer.fail(e);
          }
        });
    return answer.future();
  }
}
