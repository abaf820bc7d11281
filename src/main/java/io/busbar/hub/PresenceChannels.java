package io.busbar.hub;

import io.busbar.config.ChannelRule;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels with presence. The presence of {@code a} is told on {@code presence.a}. Any thread
 * may use it.
 */
public final class PresenceChannels {
  /** Prefix of presence addresses. */
  public static final String PREFIX = "presence.";

  static final PresenceChannels NONE = new PresenceChannels(new ChannelRules(List.of()));

  private static final String OURS = "busbar.";
  private static final int BAD_QUESTION = 400;

  private final ChannelRules rules;

  public PresenceChannels(ChannelRules rules) {
    this.rules = rules;
  }

  /** Returns whether the address has presence. */
  public boolean has(String address) {
    if (!rules.havePresence() || address.startsWith(PREFIX) || address.startsWith(OURS)) {
      return false;
    }
    ChannelRule rule = rules.of(address);
    return rule != null && rule.presence();
  }

  /** Returns the channel of a presence address; null for an ordinary address. */
  @Nullable String channelOf(String address) {
    if (!rules.havePresence() || !address.startsWith(PREFIX)) {
      return null;
    }
    String channel = address.substring(PREFIX.length());
    return has(channel) ? channel : null;
  }

  /**
   * Returns a client's question in the form for {@link PresenceListener#ADDRESS}.
   *
   * @throws ReplyException where the client asks something else
   */
  static Payload question(String channel, Payload asked) {
    Object body = asked.body();
    JsonObject question = new JsonObject();
    if (body instanceof JsonObject given) {
      question.put("limit", given.getValue("limit")).put("after", given.getValue("after"));
    } else if (body != null && !body.equals("")) {
      throw new ReplyException(
          ReplyFailure.RECIPIENT_FAILURE,
          BAD_QUESTION,
          "who asks for presence sends an object with limit and after, or nothing");
    }
    return Payload.json(question.put("channel", channel));
  }
}
