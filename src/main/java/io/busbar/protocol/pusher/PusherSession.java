package io.busbar.protocol.pusher;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.protocol.OpenAnswers;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The session of one client of an app. Owned by the event loop of its transport. */
final class PusherSession implements Receiver {
  private final PusherNode node;
  private final Hub hub;
  private final PusherApp app;
  private final Session session;
  private final OpenAnswers unanswered = new OpenAnswers();
  private final SignIn signIn;
  private final PusherSubscriptions subscriptions;

  /** Null for a client without client events. */
  private @Nullable ClientEvents clientEvents;

  private final Runnable left;
  private long lastReceived = System.currentTimeMillis();

  /** The time of an unanswered ping; 0 for none. */
  private long asked;

  /**
   * @param left to be called when the client is gone
   */
  PusherSession(PusherNode node, PusherApp app, Session session, Runnable left) {
    this.node = node;
    this.hub = node.hub();
    this.app = app;
    this.session = session;
    this.left = left;
    this.signIn = new SignIn(node, app, session);
    this.subscriptions = new PusherSubscriptions(node, app, session, signIn, unanswered);
  }

  /** Sends the event that opens the connection. */
  void open() {
    session.write(
        ServerEvents.established(session.id(), node.config().activityTimeout().toSeconds()));
  }

  @Override
  public void text(String message) {
    session.received(message.length());
    lastReceived = System.currentTimeMillis();
    asked = 0;
    if (session.isClosed()) {
      return;
    }
    String channel = null;
    try {
      PusherMessage handle = PusherDecoder.decode(message);
      channel = handle.channel();
      handle(handle);
    } catch (PusherException e) {
      session.write(ServerEvents.error(e, channel));
    }
  }

  private void handle(PusherMessage message) throws PusherException {
    switch (message.event()) {
      case "pusher:ping" -> session.write(ServerEvents.PONG);
      case "pusher:pong" -> {}
      case "pusher:subscribe" -> subscriptions.subscribe(message.object());
      case "pusher:unsubscribe" -> subscriptions.unsubscribe(message.object());
      case "pusher:signin" -> signIn.signIn(message.object());
      default -> {
        if (!message.event().startsWith(ClientEvents.PREFIX)) {
          throw new PusherException(
              PusherException.INVALID, "events of clients begin with " + ClientEvents.PREFIX);
        }
        clientEvents().handle(message);
      }
    }
  }

  private ClientEvents clientEvents() {
    if (clientEvents == null) {
      clientEvents = new ClientEvents(node, app, session, subscriptions);
    }
    return clientEvents;
  }

  @Override
  public void binary(Buffer message) {
    throw new ProtocolException(Disconnect.TEXT_ONLY, "messages are text");
  }

  /**
   * Pings a silent client about once a second, and closes the connection without an answer in time.
   */
  void tick(long nowMillis) {
    long timeout = node.config().activityTimeout().toMillis();
    if (session.isClosed()) {
      return;
    }
    if (session.isHeldBack()) {
      // The gateway does not read its input.
      lastReceived = nowMillis;
      asked = 0;
      return;
    }
    if (asked == 0) {
      if (nowMillis - lastReceived >= timeout) {
        asked = nowMillis;
        session.write(ServerEvents.PING);
      }
    } else if (nowMillis - asked >= node.pongMillis()) {
      session.close(PusherDisconnects.NO_PONG);
    }
  }

  @Override
  public void whenAnswered(Runnable task) {
    unanswered.whenNone(() -> session.whenQuiet(task));
  }

  @Override
  public void closed() {
    hub.leave(session);
    subscriptions.leave();
    signIn.end();
    left.run();
  }
}
