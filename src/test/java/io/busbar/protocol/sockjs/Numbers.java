package io.busbar.protocol.sockjs;

import io.busbar.hub.EncodedMessage;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbered messages from the server to one session, and those that its client has received. */
final class Numbers {
  static final int COUNT = 1_000;

  private static final Pattern SCRIPT = Pattern.compile("\\(\"(.*)\"\\);");

  private final List<String> got = new ArrayList<>();
  private boolean opened;

  /** Starts to send them in bursts of random length, at random times. */
  static Thread startSending(SockJsServer server, String name, Random random) {
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

  /** Reads the frames of a body in any envelope. */
  void take(String body) {
    Matcher script = SCRIPT.matcher(body);
    if (body.contains("(\"")) {
      while (script.find()) {
        readFrame((String) Json.decodeValue('"' + script.group(1) + '"'));
      }
      return;
    }
    for (String line : body.split("\r?\n")) {
      readFrame(line.startsWith("data: ") ? line.substring(6) : line);
    }
  }

  private void readFrame(String frame) {
    if (frame.isEmpty() || frame.equals("h")) {
      return;
    }
    if (frame.equals("o")) {
      if (opened) {
        throw new IllegalStateException("opened a second time, after " + got.size());
      }
      opened = true;
    } else if (frame.startsWith("a")) {
      new JsonArray(frame.substring(1)).forEach(message -> got.add((String) message));
    } else {
      throw new IllegalStateException("after " + got.size() + ": " + frame);
    }
  }

  /** Returns whether the last message has come. */
  boolean isComplete() {
    return got.contains("number " + (COUNT - 1));
  }

  boolean isOpened() {
    return opened;
  }

  List<String> got() {
    return got;
  }

  static List<String> expected() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      all.add("number " + i);
    }
    return all;
  }
}
