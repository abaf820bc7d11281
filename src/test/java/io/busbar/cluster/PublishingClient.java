package io.busbar.cluster;

import io.busbar.BusbarProcess;
import io.busbar.cluster.Client.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A client that publishes numbers from 1 on several channels, at random intervals. It sends about a
 * hundred per second until it is stopped or its node is gone. Its timer writes its notes; any
 * thread may read them.
 */
final class PublishingClient {
  /** Channels of all publishers. */
  static final List<String> CHANNELS = List.of(Client.SERVICE_CHANNEL, "public.audit1");

  private static final int LONGEST_PAUSE_MILLIS = 19;

  private final String name;
  private final BusbarProcess node;
  private final Protocol protocol;
  private final Random random;
  private final Map<String, List<Long>> said =
      CHANNELS.stream()
          .collect(
              Collectors.toMap(
                  channel -> channel,
                  channel -> Collections.synchronizedList(new ArrayList<Long>())));
  private volatile Client client;
  private volatile boolean quiet = true;

  PublishingClient(String name, Protocol protocol, BusbarProcess node, long seed) {
    this.name = name;
    this.node = node;
    this.protocol = protocol;
    this.random = new Random(seed);
    this.client = Client.connect(protocol, node);
  }

  String name() {
    return name;
  }

  BusbarProcess node() {
    return node;
  }

  /** Publishes a message on each channel that does not count. */
  void clearThroat() {
    CHANNELS.forEach(channel -> client.publish(channel, name + " 0"));
  }

  void start() {
    quiet = false;
    TextConnection.VERTX.runOnContext(nothing -> sayNext());
  }

  private void sayNext() {
    if (quiet) {
      return;
    }
    if (!client.isDisconnected()) {
      String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
      List<Long> numbers = said.get(channel);
      numbers.add(System.nanoTime());
      client.publish(channel, name + " " + numbers.size());
    }
    TextConnection.VERTX.setTimer(1 + random.nextInt(LONGEST_PAUSE_MILLIS), timer -> sayNext());
  }

  void stop() {
    quiet = true;
  }

  /** Connects again if the node has ended the connection. */
  void revive() {
    if (client.isDisconnected()) {
      client = Client.connect(protocol, node);
    }
  }

  /** Returns the last number on the channel so far. */
  int last(String channel) {
    return said.get(channel).size();
  }

  /** Returns the last number on the channel at that time. */
  int last(String channel, long nanos) {
    int at = Collections.binarySearch(said.get(channel), nanos);
    return at >= 0 ? at + 1 : -at - 1;
  }

  @Override
  public String toString() {
    return name
        + " ("
        + protocol
        + ", "
        + node.pid()
        + (client.isDisconnected() ? ", gone: " + client.end() + ")" : ")");
  }

  void close() {
    stop();
    client.close();
  }
}
