package io.busbar.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of all protocols that connect, listen, publish and leave or die, at a steady rate. One
 * event loop of its own owns its lists. Any thread may read the counters.
 */
final class Traffic {
  private static final long TICK_MILLIS = 20;
  private static final int CHANNELS = 20;
  private static final String SERVICE_CHANNEL = "public.service";

  private static final Vertx VERTX = Vertx.vertx();
  private static final Context LOOP = ((VertxInternal) VERTX).createEventLoopContext();

  private final Random random = new Random(1);
  private final int httpPort;
  private final int stompPort;
  private final int clients;
  private final int publishesATick;
  private final List<Peer> present = new ArrayList<>();
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong heardByThoseGone = new AtomicLong();
  private final AtomicLong visitors = new AtomicLong();
  private int coming;
  private long number;
  private volatile boolean going;

  Traffic(int httpPort, int stompPort, int clients, int publishesASecond) {
    this.httpPort = httpPort;
    this.stompPort = stompPort;
    this.clients = clients;
    this.publishesATick = (int) Math.max(1, publishesASecond * TICK_MILLIS / 1000);
  }

  /** Runs for that time, then disconnects all clients, and returns. */
  void run(long seconds) {
    going = true;
    long ticks = VERTX.setPeriodic(TICK_MILLIS, id -> LOOP.runOnContext(nothing -> tick()));
    Future<Void> over = VERTX.timer(seconds, TimeUnit.SECONDS);
    over.onComplete(ended -> VERTX.cancelTimer(ticks))
        .compose(ended -> everybodyLeaves())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private Future<Void> everybodyLeaves() {
    Promise<Void> left = Promise.promise();
    LOOP.runOnContext(
        nothing -> {
          going = false;
          List<Future<Void>> closing = new ArrayList<>();
          present.forEach(peer -> closing.add(leave(peer)));
          present.clear();
          Future.join(closing).<Void>mapEmpty().onComplete(ended -> left.complete());
        });
    return left.future();
  }

  private Future<Void> leave(Peer peer) {
    heardByThoseGone.addAndGet(peer.received().count());
    return peer.close();
  }

  private void tick() {
    if (!going) {
      return;
    }
    if (present.size() + coming < clients) {
      come();
      come();
    } else {
      go();
      go();
    }
    for (int i = 0; i < publishesATick && !present.isEmpty(); i++) {
      Peer speaker = someone();
      if (speaker.loadProtocol() == LoadProtocol.SERVICE) {
        speaker.publish(SERVICE_CHANNEL, Numbers.mark(number++, random.nextInt(500)));
      } else {
        speaker.publish(channel(), Numbers.mark(number++, random.nextInt(500)));
        published.incrementAndGet();
      }
    }
    Peer fickle = present.isEmpty() ? null : someone();
    if (fickle != null && fickle.loadProtocol() != LoadProtocol.SERVICE) {
      String address = channel();
      fickle.subscribe(address + ".fickle");
      fickle.unsubscribe(address + ".fickle");
    }
  }

  private Peer someone() {
    return present.get(random.nextInt(present.size()));
  }

  private String channel() {
    return "public.soak." + random.nextInt(CHANNELS);
  }

  private void come() {
    coming++;
    LoadProtocol loadProtocol = LoadProtocol.values()[random.nextInt(LoadProtocol.values().length)];
    Peer.connect(loadProtocol, httpPort, stompPort)
        .onComplete(connected -> LOOP.runOnContext(nothing -> arrived(connected.result())));
  }

  private void arrived(Peer peer) {
    coming--;
    if (peer == null) {
      return;
    }
    visitors.incrementAndGet();
    if (!going) {
      peer.die();
      return;
    }
    if (peer.loadProtocol() != LoadProtocol.SERVICE) {
      peer.subscribe(channel());
      peer.subscribe(SERVICE_CHANNEL);
    }
    present.add(peer);
  }

  /** Disconnects a client. About every third one leaves without a close message. */
  private void go() {
    Peer peer = present.remove(random.nextInt(present.size()));
    if (random.nextInt(3) == 0) {
      heardByThoseGone.addAndGet(peer.received().count());
      peer.die();
    } else {
      leave(peer);
    }
  }

  /** The number of clients so far. */
  long visitors() {
    return visitors.get();
  }

  /** The number of messages that clients of the bridge and of STOMP have published. */
  long published() {
    return published.get();
  }

  /** The number of messages that clients had received when they left. */
  long received() {
    return heardByThoseGone.get();
  }
}
