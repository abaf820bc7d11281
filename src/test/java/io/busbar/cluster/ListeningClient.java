package io.busbar.cluster;

import io.busbar.BusbarProcess;
import io.busbar.cluster.Client.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Writes down every number of every talker that its client hears. Any thread may use it. */
final class ListeningClient {
  /** When a number came. */
  private record Heard(int number, long nanos) {}

  private final Protocol protocol;
  private final BusbarProcess node;
  private final List<String> channels;
  private final Map<String, List<Heard>> heard = new ConcurrentHashMap<>();
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
    List<Heard> numbers = heard(words[0], channel);
    numbers.add(new Heard(Integer.parseInt(words[1]), System.nanoTime()));
  }

  private List<Heard> heard(String talker, String channel) {
    return heard.computeIfAbsent(
        talker + " " + channel, name -> Collections.synchronizedList(new ArrayList<>()));
  }

  Protocol protocol() {
    return protocol;
  }

  BusbarProcess node() {
    return node;
  }

  /** Will connect and listen again where its node has ended the connection. */
  void revive() {
    if (client.isGone()) {
      System.err.println("the audit: " + this + ", connects again");
      client.close();
      listen();
    }
  }

  /** Whether it has heard that talker on each of its channels, be it what does not count. */
  boolean hears(PublishingClient talker) {
    return channels.stream().noneMatch(channel -> heard(talker.name(), channel).isEmpty());
  }

  /** Whether it has heard what the talker said last on each channel. */
  boolean hasAll(PublishingClient talker) {
    return channels.stream().allMatch(channel -> newest(talker, channel) >= talker.last(channel));
  }

  /** Whether it has heard something on each channel that the talker said after that time. */
  boolean hasHeardSince(PublishingClient talker, long nanos) {
    return channels.stream()
        .allMatch(channel -> newest(talker, channel) > talker.last(channel, nanos));
  }

  private int newest(PublishingClient talker, String channel) {
    List<Heard> numbers = heard(talker.name(), channel);
    synchronized (numbers) {
      return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1).number();
    }
  }

  /**
   * What it missed of that talker.
   *
   * @param fault when it began
   * @param end when it ended; 0 where it does not
   */
  Verdict verdict(PublishingClient talker, long fault, long end) {
    Verdict all = Verdict.NOTHING;
    for (String channel : channels) {
      List<Heard> numbers =
          List.copyOf(heard(talker.name(), channel)).stream()
              .filter(one -> one.number() > 0)
              .toList();
      all =
          all.plus(
              Verdict.of(
                  numbers.stream().map(Heard::number).toList(),
                  talker.last(channel),
                  talker.last(channel, fault),
                  end == 0 ? 0 : healed(numbers, talker.last(channel, end), end)));
    }
    return all;
  }

  private static long healed(List<Heard> numbers, int before, long end) {
    return numbers.stream()
        .filter(one -> one.number() > before)
        .mapToLong(one -> one.nanos() - end)
        .min()
        .orElse(0);
  }

  @Override
  public String toString() {
    return protocol + " (" + node.pid() + (client.isGone() ? ", gone: " + client.end() + ")" : ")");
  }

  void close() {
    client.close();
  }
}
