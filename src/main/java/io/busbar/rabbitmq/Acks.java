package io.busbar.rabbitmq;

import com.rabbitmq.client.Channel;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one channel delivered and we have not settled. Acknowledges what is done from the oldest on
 * at once, and the rest one by one. Belongs to the verticle's event loop.
 */
final class Acks {
  private record Settlement(long tag, boolean ack, boolean multiple, boolean requeue) {}

  private final BrokerLink link;
  private final Channel channel;
  private final Set<Long> outstanding = new LinkedHashSet<>();
  private final TreeSet<Long> done = new TreeSet<>();
  private final List<Settlement> nacks = new ArrayList<>();
  private boolean writing;
  private boolean ended;

  Acks(BrokerLink link, Channel channel) {
    this.link = link;
    this.channel = channel;
  }

  Channel channel() {
    return channel;
  }

  int size() {
    return outstanding.size();
  }

  void delivered(long tag) {
    outstanding.add(tag);
  }

  void ack(long tag) {
    done.add(tag);
  }

  void nack(long tag, boolean requeue) {
    if (outstanding.remove(tag)) {
      nacks.add(new Settlement(tag, false, false, requeue));
    }
  }

  /** The channel is gone, and with it what was not settled: RabbitMQ delivers it again. */
  void end() {
    ended = true;
    outstanding.clear();
    done.clear();
    nacks.clear();
  }

  boolean isEnded() {
    return ended;
  }

  /** Will tell RabbitMQ what is settled; meanwhile more may be. */
  Future<Void> flush() {
    if (ended || writing || (done.isEmpty() && nacks.isEmpty())) {
      return Future.succeededFuture();
    }
    List<Settlement> batch = settlements();
    writing = true;
    return link.work(() -> write(batch))
        .onComplete(written -> writing = false)
        .compose(written -> flush());
  }

  private List<Settlement> settlements() {
    List<Settlement> batch = new ArrayList<>(nacks);
    nacks.clear();
    long upTo = 0;
    Iterator<Long> oldest = outstanding.iterator();
    while (oldest.hasNext() && !done.isEmpty()) {
      long tag = oldest.next();
      if (!done.remove(tag)) {
        break;
      }
      oldest.remove();
      upTo = tag;
    }
    if (upTo > 0) {
      batch.add(new Settlement(upTo, true, true, false));
    }
    for (long tag : done) {
      outstanding.remove(tag);
      batch.add(new Settlement(tag, true, false, false));
    }
    done.clear();
    return batch;
  }

  private Void write(List<Settlement> batch) throws java.io.IOException {
    for (Settlement next : batch) {
      if (next.ack()) {
        channel.basicAck(next.tag(), next.multiple());
      } else {
        channel.basicNack(next.tag(), false, next.requeue());
      }
    }
    return null;
  }
}
