package io.busbar.hub;

import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The answers to features of this node that ask which channels its clients listen to. It keeps no
 * state, so each answer is current, whatever was lost before. Any thread may use it; the loops of
 * the channels collect the answer.
 */
final class ChannelDirectory {
  static final String ADDRESS = "busbar.channels";
  private static final int MOST = 100_000;

  private final List<Loop> loops;
  private final Publications publications;

  ChannelDirectory(List<Loop> loops, Publications publications) {
    this.loops = loops;
    this.publications = publications;
  }

  void open(EventBus bus) {
    bus.localConsumer(ADDRESS, this::answer);
  }

  /**
   * Will answer {@code {"prefix":"stocks.","of":["stocks.AAPL"]}} with an array. It has the
   * channels with that prefix, and those of the named addresses that a client's pattern matches; at
   * most 100,000.
   */
  private void answer(Message<Object> question) {
    if (!(question.body() instanceof JsonObject json)
        || !(json.getValue("prefix") instanceof String prefix)
        || !(json.getValue("of", new JsonArray()) instanceof JsonArray addresses)) {
      question.fail(400, "ask with {\"prefix\":\"stocks.\",\"of\":[]}");
      return;
    }
    Loop.<String>ask(loops, loop -> listened(loop, prefix, addresses))
        .onSuccess(
            all -> question.reply(new JsonArray(all.stream().distinct().limit(MOST).toList())));
  }

  /** Runs on the loop itself, which alone knows whether a channel still has clients. */
  private Set<String> listened(Loop loop, String prefix, JsonArray addresses) {
    Set<String> listened = new HashSet<>();
    loop.channels()
        .forEach(
            (name, channel) -> {
              boolean asked = !name.isPattern() && name.address().startsWith(prefix);
              if (asked && channel.isListenedTo()) {
                listened.add(name.address());
              }
            });
    for (Object address : addresses) {
      if (address instanceof String text) {
        publications.find(text, channel -> addIfListened(loop, channel, text, listened));
      }
    }
    return listened;
  }

  private static void addIfListened(
      Loop loop, Channel channel, String address, Set<String> listened) {
    if (channel.home() == loop && channel.isListenedTo()) {
      listened.add(address);
    }
  }
}
