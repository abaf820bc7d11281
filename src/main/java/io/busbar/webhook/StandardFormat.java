package io.busbar.webhook;

import io.busbar.config.WebhookConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Events in their own format, signed as the Standard Webhooks specification says. Immutable; any
 * thread may use it.
 */
final class StandardFormat implements RequestFormat {
  private final Signature signature;

  StandardFormat(WebhookConfig config) {
    this.signature = new Signature(config.keys());
  }

  @Override
  public boolean takes(String event, String channel) {
    return true;
  }

  @Override
  public Buffer body(long timeMillis, List<String> events) {
    Buffer body = Buffer.buffer("{\"time\":" + timeMillis + ",\"events\":[");
    for (int i = 0; i < events.size(); i++) {
      body.appendString(i == 0 ? "" : ",").appendString(events.get(i));
    }
    return body.appendString("]}");
  }

  @Override
  public void sign(RequestOptions request, String id, Buffer body) {
    long seconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    request
        .putHeader("webhook-id", id)
        .putHeader("webhook-timestamp", Long.toString(seconds))
        .putHeader("webhook-signature", signature.of(id, seconds, body));
  }
}
