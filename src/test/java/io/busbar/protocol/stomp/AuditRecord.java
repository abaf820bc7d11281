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
 * Records and judges what is sent to queues and what arrives. A message is a text with its
 * producer, its connection and its number. Any thread may use it.
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

  /** The faults, each of which is counted. */
  enum Kind {
    /** A message came a second time without {@code redelivered}. */
    UNMARKED,
    /** A number without {@code redelivered} came after a larger one. */
    OUT_OF_ORDER,
    /** A message came after the RECEIPT of its ACK. */
    AFTER_ACK,
    /** A message came that nobody sent. */
    UNKNOWN,
    /** A message of a queue came on the topic of the same name. */
    ON_TOPIC,
    /** A client got an ERROR. */
    ERROR,
    /** A client of the audit failed. */
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

  /** Counts messages whose connection ended before their receipts came. */
  void neverReceipted(int many) {
    neverReceipted.addAndGet(many);
  }

  /**
   * Returns the approximate number of messages in progress. Some without a receipt arrive
   * nevertheless.
   */
  int open() {
    return sent.size() - done.size() - neverReceipted.get();
  }

  int done() {
    return done.size();
  }

  /** Returns the messages with a receipt that nobody has finished. */
  Collection<String> missing() {
    Set<String> missing = new HashSet<>(receipted);
    missing.removeAll(done);
    return missing;
  }

  /**
   * Notes a finished message: it was written in auto mode, its ACK was sent, or the feature
   * replied.
   */
  void done(String text) {
    done.add(text);
  }

  /** Notes messages whose ACK has its RECEIPT. */
  void acknowledged(List<String> texts) {
    acknowledged.addAll(texts);
  }

  /**
   * Notes a message that a consumer got.
   *
   * @param staying whether the consumer has not yet begun to leave
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

  /** Notes a line of the feature. */
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

  /** Notes an ERROR, which ended a connection. */
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

  /** Returns the descriptions of the first faults of that kind. */
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
