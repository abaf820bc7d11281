package io.busbar.protocol.pusher;

import io.busbar.config.WebhookConfig;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Hub;
import io.busbar.hub.Refusal;
import io.busbar.hub.RefusedException;
import io.busbar.hub.Session;
import io.busbar.hub.Since;
import io.busbar.hub.StreamStart;
import io.busbar.hub.StreamStartRequest;
import io.busbar.hub.Subscription;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.protocol.OpenAnswers;
import io.busbar.protocol.StreamJson;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one client. Owned by the session's event loop. */
final class PusherSubscriptions implements PresenceMembership.Way {
  /** Suffix of the key under which the session attends a presence channel. */
  private static final String ATTENDING = " attending";

  private final PusherNode node;
  private final Hub hub;
  private final PusherApp app;
  private final Session session;
  private final SignIn signIn;
  private final OpenAnswers unanswered;
  private final Map<String, Membership> channels = new HashMap<>(4);

  /**
   * @param unanswered counts the client's open requests
   */
  PusherSubscriptions(
      PusherNode node, PusherApp app, Session session, SignIn signIn, OpenAnswers unanswered) {
    this.signIn = signIn;
    this.node = node;
    this.hub = node.hub();
    this.app = app;
    this.session = session;
    this.unanswered = unanswered;
  }

  /** Returns the client's membership in the channel, once it has succeeded; null for none. */
  @Nullable Membership of(String channel) {
    Membership found = channels.get(channel);
    return found != null && found.hasSucceeded() ? found : null;
  }

  /** Answers {@code pusher:subscribe}. */
  void subscribe(JsonObject data) throws PusherException {
    if (!(data.getValue("channel") instanceof String name)) {
      throw new PusherException(PusherException.INVALID, "a subscription has a channel");
    }
    ChannelName channel = ChannelName.of(name);
    if (channel == null) {
      refuse(name, SubscriptionError.NO_CHANNEL);
    } else if (channels.containsKey(name)) {
      String words = "existing subscription to channel " + name;
      session.write(ServerEvents.error(null, words, name));
    } else if (channels.size() >= app.limits().channels()) {
      hub.admission().refuse(Refusal.TOO_MANY_SUBSCRIPTIONS);
      refuse(name, SubscriptionError.TOO_MANY_CHANNELS);
    } else if (channel.needsSecret() && !app.signatures().arePossible()) {
      hub.admission().refuse(Refusal.ACCESS_DENIED);
      refuse(name, SubscriptionError.NO_SECRET);
    } else if (isLetIn(channel, data)) {
      come(channel, data);
    } else {
      hub.admission().refuse(Refusal.ACCESS_DENIED);
      refuse(name, SubscriptionError.UNAUTHORISED);
    }
  }

  private boolean isLetIn(ChannelName channel, JsonObject data) {
    return switch (channel.kind()) {
      case PUBLIC -> true;
      case USER -> signIn.user() != null && signIn.user().id().equals(channel.user());
      case PRIVATE, ENCRYPTED, PRESENCE -> {
        String auth = data.getValue("auth") instanceof String text ? text : null;
        yield app.signatures().letIn(auth, session.id(), channel.name(), channelData(data));
      }
    };
  }

  private static @Nullable String channelData(JsonObject data) {
    return data.getValue("channel_data") instanceof String text ? text : null;
  }

  private void come(ChannelName channel, JsonObject data) {
    Since since;
    try {
      Object asked = data.getValue("since");
      since = asked == null ? null : StreamJson.since(asked);
    } catch (IllegalArgumentException e) {
      refuse(channel.name(), SubscriptionError.NO_DATA, String.valueOf(e.getMessage()));
      return;
    }
    if (channel.hasPresence()) {
      String given = channelData(data);
      comeAs(given == null ? signIn.user() : PusherUser.ofChannel(given), channel, since);
    } else {
      hear(opened(new Membership(channel, since)));
    }
  }

  private void comeAs(@Nullable PusherUser who, ChannelName channel, @Nullable Since since) {
    String address = app.address(channel.name());
    if (who == null) {
      refuse(channel.name(), SubscriptionError.NO_DATA, "channel_data has a user_id");
    } else if (!hub.presence().has(address)) {
      refuse(channel.name(), SubscriptionError.FAILED, "a rule has taken the channel's presence");
    } else {
      Rosters.Place place = new Rosters.Place(address, channel.name());
      PresenceMembership member =
          new PresenceMembership(
              channel, since, session, who, node.rosters(), place, app.limits().members(), this);
      opened(member).begin();
    }
  }

  private <T extends Membership> T opened(T membership) {
    channels.put(membership.name(), membership);
    unanswered.begins();
    return membership;
  }

  private void hear(Membership membership) {
    ChannelName channel = membership.channel();
    String address = app.address(channel.name());
    StreamStartRequest beginning =
        new StreamStartRequest(membership.since(), start -> succeed(membership, start));
    SubscriptionRequest request =
        SubscriptionRequest.of(channel.name(), address, encoder(membership)).from(beginning);
    Future<Subscription> subscribed =
        switch (channel.kind()) {
          case PUBLIC -> hub.subscribe(session, request);
          // The client attends since it signed in.
          case USER -> hub.hear(session, request);
          default -> hub.subscribeTrusted(session, request);
        };
    subscribed.onFailure(e -> failed(membership, e));
  }

  private static PusherEncoder encoder(Membership membership) {
    return new PusherEncoder(membership.name(), membership.since() != null);
  }

  private void succeed(Membership membership, StreamStart start) {
    succeed(membership, new JsonObject(), start);
  }

  /** Confirms the subscription before the first event of the channel. */
  private void succeed(Membership membership, JsonObject data, @Nullable StreamStart start) {
    JsonObject all = data;
    if (membership.since() != null) {
      all = data.copy().mergeIn(StreamJson.start(start));
    }
    session.write(ServerEvents.succeeded(membership.name(), all));
    if (membership.channel().isCache() && start != null && !start.isBehind()) {
      session.write(ServerEvents.cacheMiss(membership.name()));
      node.sendToWebhooks(
          app,
          new JsonObject()
              .put("name", WebhookConfig.CACHE_MISS)
              .put("channel", app.address(membership.name())));
    }
    membership.succeeds();
    unanswered.ends();
    if (isCounted(membership)) {
      node.counts().comes(app, membership.name(), session);
    }
  }

  private boolean isCounted(Membership membership) {
    ChannelName channel = membership.channel();
    return node.isCounted(app) && channel.isCounted();
  }

  @Override
  public void attend(PresenceMembership member) {
    String address = app.address(member.name());
    hub.attend(session, member.name() + ATTENDING, address, member.user(), member.who().payload())
        .onSuccess(there -> member.attends())
        .onFailure(e -> failed(member, e));
  }

  @Override
  public void hear(PresenceMembership member, JsonObject presence) {
    JsonObject data = new JsonObject().put("presence", presence);
    StreamStartRequest beginning =
        new StreamStartRequest(member.since(), start -> succeed(member, data, start));
    SubscriptionRequest request =
        SubscriptionRequest.of(member.name(), app.address(member.name()), encoder(member));
    hub.hear(session, request.from(beginning)).onFailure(e -> failed(member, e));
  }

  @Override
  public void refuse(PresenceMembership member, SubscriptionError why) {
    if (forget(member)) {
      refuse(member.name(), why);
    }
  }

  private void failed(Membership membership, Throwable cause) {
    if (!forget(membership)) {
      return;
    }
    Refusal refusal = cause instanceof RefusedException refused ? refused.refusal() : null;
    SubscriptionError why = SubscriptionError.of(refusal);
    refuse(membership.name(), why, refusal == null ? why.words() : FailureWords.of(cause));
  }

  private void refuse(String channel, SubscriptionError why) {
    refuse(channel, why, why.words());
  }

  private void refuse(String channel, SubscriptionError why, String words) {
    session.write(ServerEvents.refused(channel, why, words));
  }

  /** Handles {@code pusher:unsubscribe}, which has no answer. */
  void unsubscribe(JsonObject data) {
    Membership membership =
        data.getValue("channel") instanceof String name ? channels.get(name) : null;
    if (membership != null) {
      forget(membership);
    }
  }

  /** Ends a membership. Returns false when it has ended before. */
  private boolean forget(Membership membership) {
    if (!channels.remove(membership.name(), membership)) {
      return false;
    }
    if (!membership.hasSucceeded()) {
      unanswered.ends();
    }
    membership.ends();
    hub.unsubscribe(session, membership.name());
    if (membership.hasSucceeded() && isCounted(membership)) {
      node.counts().leaves(app, membership.name(), session);
    }
    if (membership.channel().hasPresence()) {
      hub.unsubscribe(session, membership.name() + ATTENDING);
    }
    return true;
  }

  /** Ends all memberships, because the session has ended. */
  void leave() {
    List.copyOf(channels.values()).forEach(this::forget);
  }
}
