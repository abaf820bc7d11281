package io.busbar.cluster;

import java.util.HashMap;
import java.util.Map;

/** A decoder of STOMP frames from pieces of text. Used by one thread at a time. */
final class StompFrames {
  /** The receiver of frames. Called on the thread that feeds the decoder. */
  interface FrameHandler {
    void take(Map<String, String> headers, String command, String body);
  }

  private final FrameHandler taker;
  private String rest = "";

  StompFrames(FrameHandler taker) {
    this.taker = taker;
  }

  void take(String text) {
    rest += text;
    for (int end = rest.indexOf('\0'); end >= 0; end = rest.indexOf('\0')) {
      String frame = rest.substring(0, end).stripLeading();
      rest = rest.substring(end + 1);
      String[] parts = frame.split("\n\n", 2);
      String[] lines = parts[0].split("\n");
      Map<String, String> headers = new HashMap<>();
      for (int i = 1; i < lines.length; i++) {
        String[] header = lines[i].split(":", 2);
        headers.putIfAbsent(header[0], header[1]);
      }
      taker.take(headers, lines[0], parts.length > 1 ? parts[1] : "");
    }
  }
}
