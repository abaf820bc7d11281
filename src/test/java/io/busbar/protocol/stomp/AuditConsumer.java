package io.busbar.protocol.stomp;

import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A consumer that takes messages of a queue for a while, leaves in one of many ways, and comes
 * back. In auto mode it always announces its end, because messages in flight to a broken connection
 * may be lost then. Owned by its own thread.
 */
final class AuditConsumer extends AuditClient {
  /** How a connection or a subscription ends. */
  enum Leaving {
    UNSUBSCRIBE,
    DISCONNECT,
    CLOSE,
    RESET,
    HALF_CLOSE,
    /** It takes messages without acknowledging them, and then its connection is reset. */
    CRASH
  }

  /** Tenths of a second without a message: messages may be on the other side of a partition. */
  private static final int MOST_IDLE = 50;

  private final int slot;
  private final String queue;
  private final AckMode mode;
  private final int stay;
  private final List<Received> held = new ArrayList<>();
  private final Map<String, List<String>> unconfirmed = new HashMap<>();
  private int subscriptions;
  private int acks;
  private boolean staying;

  /**
   * @param stay maximum of messages that it takes before it leaves; 0 to take all in order and stay
   *     to the end
   */
  AuditConsumer(
      String name, int slot, String queue, AckMode mode, int stay, QueueAudit audit, long seed) {
    super(name, audit, seed);
    this.slot = slot;
    this.queue = queue;
    this.mode = mode;
    this.stay = stay;
  }

  boolean isAuto() {
    return mode == AckMode.AUTO;
  }

  @Override
  boolean isOver() {
    return audit.isAllTaken();
  }

  @Override
  boolean needsSafety() {
    return isAuto();
  }

  @Override
  int first() {
    return slot;
  }

  @Override
  void live() {
    unconfirmed.clear();
    boolean there = true;
    while (there && !mustLeave()) {
      there = subscribe();
    }
    if (there) {
      disconnect();
    }
  }

  private boolean mustLeave() {
    return isOver() || isAuto() && audit.nodes().isCondemned(node());
  }

  /** Takes some messages; returns whether the connection is still open. */
  private boolean subscribe() {
    held.clear();
    String id = name + "." + ++subscriptions;
    int most = stay == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(stay);
    int batch = stay == 0 ? 1 : 1 + random.nextInt(20);
    client()
        .send(
            "SUBSCRIBE\nid:%s\nack:%s\nprefetch-count:%d\ndestination:/queue/%s\n\n\0"
                .formatted(id, written(mode), batch + random.nextInt(40), queue));
    staying = true;
    int idle = 0;
    for (int taken = 0; taken < most && !mustLeave(); ) {
      boolean ended = client().isClosed();
      Received frame = client().nextOrNull();
      if (frame == null && ended) {
        return false;
      }
      if (frame == null) {
        acknowledge();
        if (++idle == MOST_IDLE) {
          disconnect();
          return false;
        }
      } else if (!received(frame)) {
        return false;
      } else if (frame.command().equals("MESSAGE")) {
        taken++;
        idle = 0;
        settle(frame, batch);
      }
    }
    return leave(id);
  }

  private static String written(AckMode mode) {
    return switch (mode) {
      case AUTO -> "auto";
      case CLIENT -> "client";
      case CLIENT_INDIVIDUAL -> "client-individual";
    };
  }

  /** Handles a frame; returns whether the connection stays open. */
  private boolean received(Received frame) {
    switch (frame.command()) {
      case "MESSAGE" -> {
        audit.record().came(name, queue, frame, staying);
        if (isAuto()) {
          audit.record().done(frame.text());
        }
      }
      case "RECEIPT" -> {
        List<String> texts = unconfirmed.remove(frame.header("receipt-id"));
        if (texts != null) {
          audit.record().acknowledged(texts);
        }
      }
      default -> {
        audit.record().error(name, frame);
        return false;
      }
    }
    return true;
  }

  private void settle(Received message, int batch) {
    if (isAuto()) {
      return;
    }
    held.add(message);
    int choice = stay == 0 ? 0 : random.nextInt(1_000);
    if (choice >= 980) {
      client().send("NACK\nid:" + message.header("ack") + nackHeader(choice) + "\n\n\0");
      if (mode == AckMode.CLIENT) {
        held.clear();
      } else {
        held.remove(message);
      }
    } else if (held.size() >= batch) {
      acknowledge();
    }
  }

  private static String nackHeader(int choice) {
    return choice >= 998 ? "\nrequeue:false" : "";
  }

  /** Acknowledges all that it holds: in one step, or one by one in random order. */
  private void acknowledge() {
    if (held.isEmpty()) {
      return;
    }
    if (mode == AckMode.CLIENT) {
      acknowledge(held.get(held.size() - 1), held);
    } else {
      Collections.shuffle(held, random);
      held.forEach(message -> acknowledge(message, List.of(message)));
    }
    held.clear();
  }

  private void acknowledge(Received last, List<Received> all) {
    List<String> texts = all.stream().map(Received::text).toList();
    String receipt = "";
    if (random.nextBoolean()) {
      String id = "a" + ++acks;
      unconfirmed.put(id, texts);
      receipt = "\nreceipt:" + id;
    }
    texts.forEach(audit.record()::done);
    client().send("ACK\nid:" + last.header("ack") + receipt + "\n\n\0");
  }

  private boolean leave(String id) {
    Leaving how = leaving();
    staying = false;

    if (how != Leaving.CRASH && (stay == 0 || random.nextBoolean())) {
      acknowledge();
    }
    switch (how) {
      case UNSUBSCRIBE -> {
        return unsubscribe(id);
      }
      case DISCONNECT -> disconnect();
      case CLOSE -> client().close();
      case RESET -> client().connection().die();
      case HALF_CLOSE -> {
        client().connection().endOutput();
        readOn(Integer.MAX_VALUE, null);
      }
      case CRASH -> {
        readOn(random.nextInt(30), null);
        client().connection().die();
      }
    }
    return false;
  }

  private Leaving leaving() {
    boolean tcp = client().connection() instanceof TcpStompConnection;
    Leaving how = Leaving.values()[random.nextInt(Leaving.values().length)];
    if (isAuto() || mustLeave() || stay == 0) {
      return random.nextBoolean() && !mustLeave() ? Leaving.UNSUBSCRIBE : Leaving.DISCONNECT;
    }
    return how == Leaving.HALF_CLOSE && !tcp ? Leaving.RESET : how;
  }

  private boolean unsubscribe(String id) {
    client().send("UNSUBSCRIBE\nid:" + id + "\nreceipt:u\n\n\0");
    return readOn(Integer.MAX_VALUE, "u");
  }

  private void disconnect() {
    staying = false;
    client().send("DISCONNECT\nreceipt:d\n\n\0");
    readOn(Integer.MAX_VALUE, "d");
  }

  /** Reads a number of frames, or up to a receipt; returns whether the connection is still open. */
  private boolean readOn(int most, String receipt) {
    for (int i = 0; i < most; i++) {
      boolean ended = client().isClosed();
      Received frame = client().nextOrNull();
      if (frame == null && ended || frame != null && !received(frame)) {
        return false;
      }
      if (frame != null
          && frame.command().equals("RECEIPT")
          && frame.header("receipt-id").equals(receipt)) {
        return true;
      }
    }
    return true;
  }
}
