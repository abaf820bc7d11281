package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.Envelope;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * The format of {@code htmlfile}: an endless page in which each frame is a script (SockJS 0.3.3,
 * "HtmlFile"). Immutable.
 */
final class HtmlFileEnvelope implements Envelope {
  /** Browsers display nothing before they have received that many bytes. */
  private static final int PRELUDE_SIZE = 1024;

  private static final byte[] BEFORE = "<script>\np(\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AFTER = "\");\n</script>\r\n".getBytes(StandardCharsets.US_ASCII);

  private final byte[] prelude;

  HtmlFileEnvelope(String callback) {
    String head =
        """
        <!doctype html>
        <html><head>
          <meta http-equiv="X-UA-Compatible" content="IE=edge" />
          <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
        </head><body><h2>Don't panic!</h2>
          <script>
            document.domain = document.domain;
            var c = parent.%s;
            c.start();
            function p(d) {c.message(d);};
            window.onload = function() {c.stop();};
          </script>"""
            .formatted(callback);
    String padding = " ".repeat(Math.max(0, PRELUDE_SIZE - head.length()));
    this.prelude = (head + padding + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String contentType() {
    return Answers.HTML;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public byte[] prelude() {
    return prelude;
  }

  @Override
  public Buffer wrap(byte[] frame) {
    return Envelope.between(BEFORE, Callback.quote(frame), AFTER);
  }
}
