package io.busbar.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one channel on one event loop, in groups with the same bytes. Owned by that
 * event loop.
 */
final class LoopSubscribers {
  /**
   * The key of a group: what its subscribers have in common. Comparable, because clients choose
   * labels and filters: a map stays fast even if they choose many with one hash.
   */
  private record Reading(
      Encoding encoding, byte @Nullable [] label, ProtocolCounters traffic, @Nullable Filter filter)
      implements Comparable<Reading> {
    static Reading of(Subscription subscription) {
      return new Reading(
          subscription.encoding(),
          subscription.label(),
          subscription.session().traffic(),
          subscription.filter());
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Reading that
          && traffic == that.traffic
          && encoding.equals(that.encoding)
          && Objects.equals(filter, that.filter)
          && Arrays.equals(label, that.label);
    }

    @Override
    public int hashCode() {
      int hash = 31 * encoding.hashCode() + Arrays.hashCode(label);
      return filter == null ? hash : 31 * hash + filter.hashCode();
    }

    @Override
    public int compareTo(Reading other) {
      int byLabel = Arrays.compare(label, other.label);
      return byLabel != 0 || filter == other.filter
          ? byLabel
          : String.valueOf(filter).compareTo(String.valueOf(other.filter));
    }
  }

  /**
   * The subscribers with one encoding, one label and one filter. The filter runs once per message,
   * and each batch is framed once for all of them. Owned by the event loop.
   */
  private static final class Group {
    private final Encoding encoding;
    private final byte @Nullable [] label;
    private final ProtocolCounters traffic;
    private final @Nullable Filter filter;
    private final List<Subscription> members = new ArrayList<>(1);
    private long unwanted;

    private Group(Reading reading) {
      this.encoding = reading.encoding();
      this.label = reading.label();
      this.traffic = reading.traffic();
      this.filter = reading.filter();
    }

    private boolean wants(Fanout message) {
      if (filter == null || message.lost() != null || filter.accepts(message.headers())) {
        return true;
      }
      unwanted++;
      return false;
    }
  }

  private final Channel channel;
  private final Loop loop;
  private final Map<Reading, Group> groups = new LinkedHashMap<>(4);
  private final List<Fanout> arrived = new ArrayList<>(8);
  private long deliveredSoFar;

  LoopSubscribers(Channel channel, Loop loop) {
    this.channel = channel;
    this.loop = loop;
  }

  Channel channel() {
    return channel;
  }

  void join(Subscription subscription) {
    deliver();
    Group group = groups.computeIfAbsent(Reading.of(subscription), Group::new);
    subscription.index(this, group.members.size());
    group.members.add(subscription);
  }

  /** Removes the subscription; the last member takes its place. */
  void leave(Subscription subscription) {
    Reading reading = Reading.of(subscription);
    Group group = Objects.requireNonNull(groups.get(reading), "it was placed in this group");
    int place = subscription.index();
    Subscription last = group.members.remove(group.members.size() - 1);
    if (last != subscription) {
      group.members.set(place, last);
      last.index(this, place);
    }
    if (group.members.isEmpty()) {
      groups.remove(reading);
    }
  }

  /**
   * Will deliver the message at the end of this turn, together with others that arrive until then.
   */
  void arrive(Fanout message) {
    if (arrived.isEmpty()) {
      loop.activate(this);
    }
    arrived.add(message);
    loop.arrived(message.size());
  }

  void deliver() {
    if (arrived.isEmpty()) {
      return;
    }
    for (Group group : groups.values()) {
      group.traffic.delivered(deliver(group));
    }
    deliveredSoFar += arrived.size();
    long now = System.nanoTime();
    for (Fanout message : arrived) {
      loop.fanoutTimes().took(now - message.bornNanos());
    }
    arrived.clear();
  }

  /**
   * Counts the delivered messages that the subscriber wanted. A change shows that it has heard
   * something newer.
   */
  long deliveredSoFar(Subscription subscription) {
    if (subscription.filter() == null) {
      return deliveredSoFar;
    }
    Group group = groups.get(Reading.of(subscription));
    return group == null ? -1 : deliveredSoFar - group.unwanted;
  }

  /** Offers all arrived messages, in batches that a slow socket can take one by one. */
  private long deliver(Group group) {
    List<EncodedMessage> encodedMessages = new ArrayList<>(arrived.size());
    long deliveries = 0;
    int size = 0;
    Position last = null;
    for (Fanout message : arrived) {
      EncodedMessage encoded = message.encoded(group.encoding);
      if (encoded != null && group.wants(message)) {
        encoded = encoded.labelled(group.label);
        if (message.except() != null) {
          deliveries += offerToOthers(group, encodedMessages, last, encoded, message);
          encodedMessages = new ArrayList<>();
          size = 0;
          continue;
        }
        if (!encodedMessages.isEmpty() && size + encoded.size() > Batch.MOST_BYTES) {
          offer(group, encodedMessages, last);
          encodedMessages = new ArrayList<>();
          size = 0;
        }
        last = message.position();
        encodedMessages.add(encoded);
        size += encoded.size();
        deliveries += group.members.size();
      }
    }
    if (!encodedMessages.isEmpty()) {
      offer(group, encodedMessages, last);
    }
    return deliveries;
  }

  /**
   * Offers the earlier messages to all, and this message to all but one session; returns the number
   * of deliveries of this message.
   */
  private long offerToOthers(
      Group group,
      List<EncodedMessage> before,
      @Nullable Position last,
      EncodedMessage encoded,
      Fanout message) {
    if (!before.isEmpty()) {
      offer(group, before, last);
    }
    Batch batch =
        loop.batch(List.of(encoded), channel, group.encoding.framing(), message.position());
    long deliveries = 0;
    for (Subscription member : group.members) {
      if (!member.session().id().equals(message.except())) {
        member.session().outbox().offer(batch);
        deliveries++;
      }
    }
    return deliveries;
  }

  private void offer(Group group, List<EncodedMessage> encodedMessages, @Nullable Position last) {
    Batch batch = loop.batch(encodedMessages, channel, group.encoding.framing(), last);
    for (Subscription member : group.members) {
      member.session().outbox().offer(batch);
    }
  }
}
