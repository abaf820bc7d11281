package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Numbered messages from the server to one session, and those that its client has received. */
final class EngineNumbers {
  static final int COUNT = 1_000;

  private final List<String> got = new ArrayList<>();

  /** Starts to send them in bursts of random length, at random times. */
  static Thread startSending(EngineServer server, String name, Random random) {
    Thread thread =
        new Thread(
            () -> {
              int next = 0;
              while (next < COUNT) {
                int from = next;
                int to = Math.min(COUNT, from + 1 + random.nextInt(8));
                server.onLoopOf(
                    name,
                    session -> {
                      for (int i = from; i < to; i++) {
                        session.write(EncodedMessage.text("number " + i));
                      }
                    });
                next = to;
                LockSupport.parkNanos(random.nextInt(2_000_000));
              }
            });
    thread.start();
    return thread;
  }

  /** Reads the packets of a payload. */
  void take(String payload) {
    for (String packet : payload.split("\u001e")) {
      if (packet.startsWith("4")) {
        got.add(packet.substring(1));
      } else if (!packet.equals("6")) {
        throw new IllegalStateException("after " + got.size() + ": " + packet);
      }
    }
  }

  int count() {
    return got.size();
  }

  /** Returns whether the last message has come. */
  boolean isComplete() {
    return got.contains("number " + (COUNT - 1));
  }

  List<String> got() {
    return got;
  }

  static List<String> expected() {
    return IntStream.range(0, COUNT).mapToObj(i -> "number " + i).toList();
  }
}
