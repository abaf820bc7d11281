package io.busbar.protocol.stomp;

import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What was sent to queues and what came of it, judged while it comes. A message is a text: who sent
 * it, over which of its connections, and its number. Any thread may use it.
 */
final class AuditRecord {
  private static final int MOST_WORDS = 20;

  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Set<String> receipted = ConcurrentHashMap.newKeySet();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Set<String> unmarked = ConcurrentHashMap.newKeySet();
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> highest = new ConcurrentHashMap<>();
  private final AtomicInteger came = new AtomicInteger();
  private final AtomicInteger again = new AtomicInteger();
  private final AtomicInteger neverReceipted = new AtomicInteger();
  private final AtomicInteger byFeature = new AtomicInteger();

  /** What must not be, and how often each kind was. */
  enum Kind {
    /** A second time without {@code redelivered}. */
    UNMARKED,
    /** A number without {@code redelivered} after a larger one. */
    OUT_OF_ORDER,
    /** After the RECEIPT of its ACK. */
    AFTER_ACK,
    /** What nobody sent. */
    UNKNOWN,
    /** A message of a queue on the topic of the same name. */
    ON_TOPIC,
    /** An ERROR. */
    ERROR,
    /** A client of the audit broke. */
    BROKEN
  }

  private final Map<Kind, List<String>> faults = new ConcurrentHashMap<>();

  void sent(String text) {
    sent.add(text);
  }

  void receipted(String text) {
    receipted.add(text);
  }

  int receipted() {
    return receipted.size();
  }

  /** So many were sent over connections that ended before their receipts came. */
  void neverReceipted(int many) {
    neverReceipted.addAndGet(many);
  }

  /** Sent and not done, about: some of those without a receipt come nevertheless. */
  int open() {
    return sent.size() - done.size() - neverReceipted.get();
  }

  int done() {
    return done.size();
  }

  /** Receipted, and nobody is done with it. */
  Collection<String> missing() {
    Set<String> missing = new HashSet<>(receipted);
    missing.removeAll(done);
    return missing;
  }

  /** It was written to who is in auto mode, its ACK was sent, or the feature answered. */
  void done(String text) {
    done.add(text);
  }

  /** Their ACK has its RECEIPT. */
  void acknowledged(List<String> texts) {
    acknowledged.addAll(texts);
  }

  /**
   * A consumer was given a message.
   *
   * @param staying whether it had not said or shown that it leaves
   */
  void came(String consumer, String queue, Received message, boolean staying) {
    String text = message.text();
    if (staying && acknowledged.contains(text)) {
      fault(Kind.AFTER_ACK, consumer + " got " + text + " of " + queue + message.headers());
    }
    if (message.header("dead-letter-from") != null) {
      dead.add(text);
    }
    came(consumer, queue, text, message.header("redelivered") != null);
  }

  /** The feature was asked, as its line says. */
  void asked(String feature, String line) {
    String[] parts = line.split("\\|", 3);
    came(feature, QueueAudit.HANDLED, parts[2], Boolean.parseBoolean(parts[1]));
    if (parts[0].equals(AuditFeature.HANDLED)) {
      done(parts[2]);
      byFeature.incrementAndGet();
    }
  }

  private void came(String consumer, String queue, String text, boolean redelivered) {
    came.incrementAndGet();
    if (!sent.contains(text)) {
      fault(Kind.UNKNOWN, consumer + " got " + text + " of " + queue);
    }
    if (!seen.add(text)) {
      again.incrementAndGet();
    }
    if (redelivered) {
      return;
    }
    if (!unmarked.add(text)) {
      fault(Kind.UNMARKED, consumer + " got " + text + " of " + queue + " again");
    }
    int space = text.indexOf(' ');
    int number = Integer.parseInt(text.substring(space + 1));
    String key = consumer + " of " + queue + " from " + text.substring(0, space);
    Integer before = highest.put(key, number);
    if (before != null && before > number) {
      fault(Kind.OUT_OF_ORDER, key + ": " + number + " after " + before);
    }
  }

  void heardOnTopic(Received message) {
    fault(Kind.ON_TOPIC, message.header("destination") + " " + message.text());
  }

  /** A connection ended with an ERROR. */
  void error(String client, Received frame) {
    fault(Kind.ERROR, client + ": " + frame.command() + frame.headers() + " " + frame.text());
  }

  void broken(String what) {
    fault(Kind.BROKEN, what);
  }

  private void fault(Kind kind, String what) {
    faults.computeIfAbsent(kind, none -> new CopyOnWriteArrayList<>()).add(what);
  }

  int count(Kind kind) {
    return faults.getOrDefault(kind, List.of()).size();
  }

  /** The first of them. */
  List<String> words(Kind kind) {
    return faults.getOrDefault(kind, List.of()).stream().limit(MOST_WORDS).toList();
  }

  static List<String> titles() {
    return List.of(
        "scenario",
        "receipted",
        "came",
        "by the feature",
        "dead letters",
        "lost",
        "came again",
        "of these unmarked",
        "out of order",
        "after the receipt of its ACK",
        "heard by the topic",
        "ERROR");
  }

  List<String> row(String scenario) {
    List<String> row = new ArrayList<>(List.of(scenario));
    for (int number :
        new int[] {
          receipted(),
          came.get(),
          byFeature.get(),
          dead.size(),
          missing().size(),
          again.get(),
          count(Kind.UNMARKED),
          count(Kind.OUT_OF_ORDER),
          count(Kind.AFTER_ACK),
          count(Kind.ON_TOPIC),
          count(Kind.ERROR)
        }) {
      row.add(Integer.toString(number));
    }
    return row;
  }
}
