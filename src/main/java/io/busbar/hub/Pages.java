package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A short-lived cache of pages that the owner of a stream was asked for. Clients that come back
 * together miss the same messages, so they share pages and their encoded forms. Owned by the
 * channel's home loop.
 */
final class Pages {
  /** Number of messages of one page. Pages end at multiples of it, so that others find them. */
  static final int MESSAGES = 64;

  private static final long SHARED_MILLIS = 2_000;
  private static final int MOST_PAGES = 32;

  /** Limit of the bytes that all streams together keep to share. */
  private static final int MOST_BYTES = 32 << 20;

  private static final AtomicInteger SHARED_BYTES = new AtomicInteger();

  /**
   * A page of a stream.
   *
   * @param messages messages in the form for subscribers
   */
  record Page(StreamPage about, List<Fanout> messages) {}

  private final Channel channel;
  private final History history;
  private Map<Since, Future<Page>> known = new HashMap<>();

  Pages(Channel channel, History history) {
    this.channel = channel;
    this.history = history;
  }

  /** Will return a page; completes on any thread. */
  Future<Page> find(Since since) {
    Future<Page> there = known.get(since);
    if (there != null) {
      return there;
    }
    Promise<Page> promise = Promise.promise();
    Future<Page> page = promise.future();
    boolean sharable = known.size() < MOST_PAGES;
    if (sharable) {
      known.put(since, page);
    }
    long past = Math.floorMod(since.offset(), MESSAGES);
    int most = since.offset() == 0 ? MESSAGES : MESSAGES - (int) past;
    history
        .read(channel.address(), since, most)
        .onComplete(
            read ->
                channel
                    .home()
                    .post(
                        () -> {
                          if (read.succeeded()) {
                            Page made = page(read.result());
                            share(since, page, made);
                            promise.complete(made);
                          } else {
                            known.remove(since, page);
                            promise.fail(read.cause());
                          }
                        }));
    return page;
  }

  private Page page(StreamPage about) {
    List<Fanout> messages = new ArrayList<>(about.messages().size());
    String epoch = null;
    for (StreamMessage message : about.messages()) {
      String its = message.position().epoch();
      Fanout fanout = Fanout.kept(channel.address(), message, !its.equals(epoch));
      if (channel.encode(fanout)) {
        messages.add(fanout);
      }
      epoch = its;
    }
    return new Page(about, messages);
  }

  /** Only a page that is the same for the next reader is shared. */
  private void share(Since since, Future<Page> page, Page made) {
    int bytes = made.messages().stream().mapToInt(Fanout::size).sum();
    boolean lasting = since.offset() > 0 && bytes > 0 && made.about().lost() == null;
    if (!lasting || SHARED_BYTES.get() + bytes > MOST_BYTES) {
      known.remove(since, page);
      return;
    }
    SHARED_BYTES.addAndGet(bytes);
    channel
        .home()
        .eventLoop()
        .schedule(
            () -> {
              SHARED_BYTES.addAndGet(-bytes);
              known.remove(since, page);
            },
            SHARED_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** Drops all pages, because the stream has changed. */
  void forget() {
    known = new HashMap<>();
  }
}
