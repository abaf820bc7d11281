package io.busbar.protocol.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The messages of one request for a session on another node. Any thread may use it. */
public final class ForwardedMessages implements Forwarding.Waiting {
  /** The protocol may take its time; the pings of {@link Forwarding} detect a dead node. */
  private static final long ANSWER_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final SessionCluster cluster;
  private final String node;
  private final Promise<SendOutcome> outcome = Promise.promise();

  public ForwardedMessages(SessionCluster cluster, String node) {
    this.cluster = cluster;
    this.node = node;
  }

  /**
   * Will return the outcome; fails when it stays unknown.
   *
   * @param relayMessage adds the session and the origin of the client
   * @param messages a String or a Buffer, for {@link HostedSession#send}
   */
  public Future<SendOutcome> send(Consumer<RelayMessage> relayMessage, Object messages) {
    long link = cluster.forwarding().enter(this);
    RelayMessage send = cluster.relayMessage(RelayMessage.Kind.SEND, link);
    relayMessage.accept(send);
    cluster
        .<String>ask(node, send, messages, ANSWER_MILLIS)
        .map(answer -> SendOutcome.valueOf(answer.body()))
        .onSuccess(outcome::tryComplete)
        .onFailure(outcome::tryFail);
    return outcome.future().onComplete(known -> cluster.forwarding().leave(link));
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public void lost() {
    outcome.tryFail("the other node does not answer");
  }

  @Override
  public boolean isDone() {
    return outcome.future().isComplete();
  }
}
