package io.busbar.cluster;

import io.busbar.TestGateway;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Hub;
import io.busbar.hub.NoTransport;
import io.busbar.hub.Principal;
import io.busbar.hub.Session;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.load.LoadProtocol;
import io.busbar.load.Peer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Clients that connect to one node, listen to a few channels and leave soon, five hundred per
 * second. Most are sessions of the hub without a socket; every tenth has a real one. Owned by a
 * timer's event loop.
 */
final class ShortLivedClients {
  private static final long TICK_MILLIS = 10;
  private static final int EACH_TICK = 5;

  /** Number of addresses. */
  static final int CHANNELS = 200;

  private static final int CHANNELS_EACH = 4;
  private static final int LONGEST_MILLIS = 100;
  private static final LoadProtocol[] SPEECHES = {
    LoadProtocol.BRIDGE,
    LoadProtocol.STOMP_TCP,
    LoadProtocol.BRIDGE_SOCKJS,
    LoadProtocol.STOMP_WEBSOCKET
  };

  private final TestGateway node;
  private final Hub hub;
  private final Vertx vertx;
  private final String prefix;
  private final Random random = new Random(5);
  private final AtomicInteger subscribes = new AtomicInteger();
  private final CountDownLatch gone;
  private int toCome;

  /**
   * @param vertx runs the timers, separately from the node
   * @param count number of clients
   * @param prefix prefix of their addresses, before a number
   */
  ShortLivedClients(TestGateway node, Vertx vertx, int count, String prefix) {
    this.node = node;
    this.hub = node.hub();
    this.vertx = vertx;
    this.prefix = prefix;
    this.toCome = count;
    this.gone = new CountDownLatch(count);
  }

  void start() {
    vertx.setPeriodic(
        TICK_MILLIS,
        timer -> {
          for (int i = 0; i < EACH_TICK && toCome > 0; i++) {
            come(toCome--);
          }
          if (toCome == 0) {
            vertx.cancelTimer(timer);
          }
        });
  }

  /** Returns a latch that is at zero when the last client has left. */
  CountDownLatch gone() {
    return gone;
  }

  /** Returns the number of subscribes of all clients. */
  int subscribes() {
    return subscribes.get();
  }

  /** Returns a few different channels. */
  private Stream<String> channels() {
    subscribes.addAndGet(CHANNELS_EACH);
    int first = ThreadLocalRandom.current().nextInt(CHANNELS);
    return IntStream.range(0, CHANNELS_EACH)
        .mapToObj(i -> prefix + (first + i * CHANNELS / CHANNELS_EACH) % CHANNELS);
  }

  private void come(int number) {
    int stay = random.nextInt(LONGEST_MILLIS);
    if (number % 10 == 0) {
      comeOverSocket(SPEECHES[number / 10 % SPEECHES.length], stay);
    } else {
      Context loop = hub.ownerOf("loop " + number);
      loop.runOnContext(nothing -> join(loop, stay));
    }
  }

  private void join(Context loop, int stay) {
    Session session = hub.join(new NoTransport(), "test", Principal.NOBODY);
    List<String> wanted = channels().toList();
    for (String channel : wanted) {
      hub.subscribe(session, SubscriptionRequest.of(channel, message -> EncodedMessage.text("")));
    }
    if (stay % 2 == 0) {
      hub.unsubscribe(session, wanted.get(0));
    }
    Runnable leave =
        () -> {
          hub.leave(session);
          gone.countDown();
        };
    if (stay % 4 == 0) {
      leave.run();
    } else {
      vertx.setTimer(stay, timer -> loop.runOnContext(nothing -> leave.run()));
    }
  }

  private void comeOverSocket(LoadProtocol loadProtocol, int stay) {
    Peer.connect(loadProtocol, node.httpPort(), node.stompPort())
        .onComplete(
            connected -> {
              if (connected.failed()) {
                gone.countDown();
                return;
              }
              Peer peer = connected.result();
              channels().forEach(peer::subscribe);
              vertx.setTimer(stay + 1, timer -> go(peer, stay));
            });
  }

  /** Ends the client; every second one closes its connection without a word. */
  private void go(Peer peer, int stay) {
    if (stay % 2 == 0) {
      peer.die();
      gone.countDown();
    } else {
      peer.close().onComplete(closed -> gone.countDown());
    }
  }
}
