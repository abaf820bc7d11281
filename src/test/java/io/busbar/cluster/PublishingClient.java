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
 * Publishes numbers on several channels, from 1 on each, at random: a hundred or so a second until
 * it is told to stop, or its node is gone. Its timer writes its books, any thread may read them.
 */
final class PublishingClient {
  /** Where all talkers publish. */
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

  /** Says something that does not count on each channel. */
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
    if (!client.isGone()) {
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

  /** Will connect again where its node has ended the connection. */
  void revive() {
    if (client.isGone()) {
      client = Client.connect(protocol, node);
    }
  }

  /** The last number on the channel by now. */
  int last(String channel) {
    return said.get(channel).size();
  }

  /** The last number on the channel by that time. */
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
        + (client.isGone() ? ", gone: " + client.end() + ")" : ")");
  }

  void close() {
    stop();
    client.close();
  }
}
