package io.busbar.protocol.engineio;

import io.busbar.protocol.session.Forward;
import io.busbar.protocol.session.ForwardedMessages;
import io.busbar.protocol.session.LocalDownlink;
import io.busbar.protocol.session.SendOutcome;
import io.busbar.protocol.session.SessionCluster;
import java.util.function.Consumer;

/**
 * The link to a session of another node, if it exists there.
 *
 * @param node that the session's id names
 * @param path name of the endpoint among the nodes
 */
record RemoteLink(
    SessionCluster cluster, String node, String path, String sid, EngineRevision revision)
    implements EngineLink {
  /** Returns false, because a downlink and messages take different ways. */
  @Override
  public boolean keepsOrder() {
    return false;
  }

  /** Does nothing, because polls of the session may come to any node. */
  @Override
  public void probed(boolean now) {}

  @Override
  public boolean isProbed() {
    return false;
  }

  @Override
  public void bring(LocalDownlink downlink) {
    new Forward(cluster, node, downlink)
        .open(
            relayMessage -> relayMessage.session(path, sid, sid),
            answer -> downlink.lost(),
            unanswered -> downlink.lost());
  }

  @Override
  public void send(EngineUpload upload, Consumer<SendOutcome> outcome) {
    tell(upload.encode(revision), outcome);
  }

  @Override
  public void command(EngineCommand command, Consumer<SendOutcome> outcome) {
    tell(command.name(), outcome);
  }

  private void tell(Object body, Consumer<SendOutcome> outcome) {
    new ForwardedMessages(cluster, node)
        .send(relayMessage -> relayMessage.session(path, sid, sid), body)
        .onComplete(sent -> outcome.accept(sent.succeeded() ? sent.result() : SendOutcome.NONE));
  }
}
