package io.busbar.webhook;

import io.busbar.config.WebhookConfig;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Events that go out in one request, and again in the same when that fails. The same events have
 * the same id, whichever node sends them.
 */
record Batch(List<Held> events, String id, Buffer body) {
  /** One event is sent however long it is. */
  private static final int MOST_BYTES = 1 << 20;

  /** The first of these. */
  static Batch of(Iterable<Held> waiting) {
    List<Held> events = new ArrayList<>();
    Buffer joined = Buffer.buffer();
    long time = 0;
    for (Held held : waiting) {
      byte[] event = held.event().getBytes(StandardCharsets.UTF_8);
      boolean tooMany = events.size() == WebhookConfig.MOST_EVENTS;
      if (tooMany || joined.length() > 0 && joined.length() + event.length > MOST_BYTES) {
        break;
      }
      joined.appendString(joined.length() == 0 ? "" : ",").appendBytes(event);
      time = Math.max(time, held.sinceMillis());
      events.add(held);
    }
    Buffer body =
        Buffer.buffer("{\"time\":" + time + ",\"events\":[")
            .appendBuffer(joined)
            .appendString("]}");
    return new Batch(events, id(events), body);
  }

  private static String id(List<Held> events) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      events.forEach(held -> digest.update((held.id() + '\n').getBytes(StandardCharsets.UTF_8)));
      byte[] hash = digest.digest();
      return "msg_" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
