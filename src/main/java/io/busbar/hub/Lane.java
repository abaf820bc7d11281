package io.busbar.hub;

import java.util.ArrayList;
import java.util.List;

/**
 * The subscribers of one channel on one event loop, in groups that read the same bytes. Touched
 * only from that loop.
 */
final class Lane {
  /** Subscribers with one encoding and one label: each batch is framed once for all of them. */
  private static final class Group {
    private final Encoding encoding;
    private final byte[] label;
    private final Traffic traffic;
    private final List<Subscription> members = new ArrayList<>(2);

    private Group(Subscription first) {
      this.encoding = first.encoding();
      this.label = first.label();
      this.traffic = first.session().traffic();
    }

    private boolean serves(Subscription subscription) {
      return encoding.equals(subscription.encoding())
          && traffic == subscription.session().traffic()
          && java.util.Arrays.equals(label, subscription.label());
    }
  }

  private final Channel channel;
  private final Loop loop;
  private final List<Group> groups = new ArrayList<>(2);
  private final List<Fanout> arrived = new ArrayList<>(8);
  private long deliveredSoFar;

  Lane(Channel channel, Loop loop) {
    this.channel = channel;
    this.loop = loop;
  }

  Channel channel() {
    return channel;
  }

  void join(Subscription subscription) {
    deliver();
    Group group = groupOf(subscription);
    subscription.placeInLane(this, group.members.size());
    group.members.add(subscription);
  }

  /** Takes the subscription out; the last member takes its place. */
  void leave(Subscription subscription) {
    Group group = groupOf(subscription);
    int place = subscription.placeInLane();
    Subscription last = group.members.remove(group.members.size() - 1);
    if (last != subscription) {
      group.members.set(place, last);
      last.placeInLane(this, place);
    }
    if (group.members.isEmpty()) {
      groups.remove(group);
    }
  }

  /** Will be delivered at the end of this turn, with what else arrives until then. */
  void arrive(Fanout message) {
    if (arrived.isEmpty()) {
      loop.activate(this);
    }
    arrived.add(message);
  }

  void deliver() {
    if (arrived.isEmpty()) {
      return;
    }
    for (Group group : groups) {
      group.traffic.delivered(deliver(group));
    }
    deliveredSoFar += arrived.size();
    long now = System.nanoTime();
    for (Fanout message : arrived) {
      loop.fanoutTimes().took(now - message.bornNanos());
    }
    arrived.clear();
  }

  /** Counts the messages that went through; tells whether something newer has been said. */
  long deliveredSoFar() {
    return deliveredSoFar;
  }

  /** Offers all that arrived, in batches that a slow socket can take one by one. */
  private long deliver(Group group) {
    List<Wire> wires = new ArrayList<>(arrived.size());
    long deliveries = 0;
    int size = 0;
    for (Fanout message : arrived) {
      Wire wire = message.wire(group.encoding);
      if (wire != null) {
        wire = wire.labelled(group.label);
        if (!wires.isEmpty() && size + wire.size() > Batch.MOST_BYTES) {
          offer(group, wires);
          wires = new ArrayList<>();
          size = 0;
        }
        wires.add(wire);
        size += wire.size();
        deliveries += group.members.size();
      }
    }
    if (!wires.isEmpty()) {
      offer(group, wires);
    }
    return deliveries;
  }

  private void offer(Group group, List<Wire> wires) {
    Batch batch = loop.batch(wires, channel, group.encoding.framing());
    for (Subscription member : group.members) {
      member.session().outbox().offer(batch);
    }
  }

  private Group groupOf(Subscription subscription) {
    for (Group group : groups) {
      if (group.serves(subscription)) {
        return group;
      }
    }
    Group group = new Group(subscription);
    groups.add(group);
    return group;
  }
}
