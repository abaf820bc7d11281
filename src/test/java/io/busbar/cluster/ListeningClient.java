package io.busbar.cluster;

import io.busbar.BusbarProcess;
import io.busbar.cluster.Client.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A listening client that notes every number from every publisher. Any thread may use it. */
final class ListeningClient {
  /** A number with its time of arrival. */
  private record Received(int number, long nanos) {}

  private final Protocol protocol;
  private final BusbarProcess node;
  private final List<String> channels;
  private final Map<String, List<Received>> received = new ConcurrentHashMap<>();
  private volatile Client client;

  ListeningClient(Protocol protocol, BusbarProcess node) {
    this.protocol = protocol;
    this.node = node;
    this.channels =
        protocol == Protocol.SERVICE ? List.of(Client.SERVICE_CHANNEL) : PublishingClient.CHANNELS;
    listen();
  }

  private void listen() {
    client = Client.connect(protocol, node);
    channels.forEach(channel -> client.listen(channel, this::hear));
  }

  private void hear(String channel, String text) {
    String[] words = text.split(" ");
    List<Received> numbers = received(words[0], channel);
    numbers.add(new Received(Integer.parseInt(words[1]), System.nanoTime()));
  }

  private List<Received> received(String publisher, String channel) {
    return received.computeIfAbsent(
        publisher + " " + channel, name -> Collections.synchronizedList(new ArrayList<>()));
  }

  Protocol protocol() {
    return protocol;
  }

  BusbarProcess node() {
    return node;
  }

  /** Connects and listens again if the node has ended the connection. */
  void revive() {
    if (client.isDisconnected()) {
      System.err.println("the audit: " + this + ", connects again");
      client.close();
      listen();
    }
  }

  /**
   * Returns whether it has heard that publisher on each channel, even if the message does not
   * count.
   */
  boolean hears(PublishingClient publisher) {
    return channels.stream().noneMatch(channel -> received(publisher.name(), channel).isEmpty());
  }

  /** Returns whether it has heard the publisher's last message on each channel. */
  boolean hasAll(PublishingClient publisher) {
    return channels.stream()
        .allMatch(channel -> newest(publisher, channel) >= publisher.last(channel));
  }

  /**
   * Returns whether it has heard a message on each channel that the publisher sent after that time.
   */
  boolean hasHeardSince(PublishingClient publisher, long nanos) {
    return channels.stream()
        .allMatch(channel -> newest(publisher, channel) > publisher.last(channel, nanos));
  }

  private int newest(PublishingClient publisher, String channel) {
    List<Received> numbers = received(publisher.name(), channel);
    synchronized (numbers) {
      return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1).number();
    }
  }

  /**
   * Returns what it missed from that publisher.
   *
   * @param fault beginning of the fault, as {@code System.nanoTime} says
   * @param end end of the fault, as {@code System.nanoTime} says; 0 where it does not end
   */
  DeliveryResult verdict(PublishingClient publisher, long fault, long end) {
    DeliveryResult all = DeliveryResult.NOTHING;
    for (String channel : channels) {
      List<Received> numbers =
          List.copyOf(received(publisher.name(), channel)).stream()
              .filter(one -> one.number() > 0)
              .toList();
      all =
          all.plus(
              DeliveryResult.of(
                  numbers.stream().map(Received::number).toList(),
                  publisher.last(channel),
                  publisher.last(channel, fault),
                  end == 0 ? 0 : healed(numbers, publisher.last(channel, end), end)));
    }
    return all;
  }

  private static long healed(List<Received> numbers, int before, long end) {
    return numbers.stream()
        .filter(one -> one.number() > before)
        .mapToLong(one -> one.nanos() - end)
        .min()
        .orElse(0);
  }

  @Override
  public String toString() {
    return protocol
        + " ("
        + node.pid()
        + (client.isDisconnected() ? ", gone: " + client.end() + ")" : ")");
  }

  void close() {
    client.close();
  }
}
