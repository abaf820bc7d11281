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
 * The events of one request, which is repeated unchanged if it fails. The same events have the same
 * id, on whichever node they are sent.
 */
record Batch(List<PendingEvent> events, String id, Buffer body) {
  /** A single event may be longer. */
  private static final int MOST_BYTES = 1 << 20;

  /** Makes a batch of the first of these events. */
  static Batch of(RequestFormat format, Iterable<PendingEvent> waiting) {
    List<PendingEvent> events = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    long bytes = 0;
    long time = 0;
    for (PendingEvent held : waiting) {
      int length = held.event().getBytes(StandardCharsets.UTF_8).length;
      boolean tooMany = events.size() == WebhookConfig.MOST_EVENTS;
      if (tooMany || bytes > 0 && bytes + length > MOST_BYTES) {
        break;
      }
      texts.add(held.event());
      bytes += length + 1;
      time = Math.max(time, held.sinceMillis());
      events.add(held);
    }
    return new Batch(events, id(events), format.body(time, texts));
  }

  private static String id(List<PendingEvent> events) {
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
