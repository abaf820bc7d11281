package io.busbar.protocol.engineio;

import io.busbar.protocol.session.LocalDownlink;
import io.busbar.protocol.session.SendOutcome;
import java.util.function.Consumer;

/**
 * The link to a session of this node, on any event loop.
 *
 * @param session that it leads to
 */
record LocalLink(EngineSession session) implements EngineLink {
  @Override
  public boolean keepsOrder() {
    return true;
  }

  @Override
  public void probed(boolean now) {
    session.probed(now);
  }

  @Override
  public boolean isProbed() {
    return session.isProbed();
  }

  @Override
  public void bring(LocalDownlink downlink) {
    downlink.start();
    session.bring(downlink);
  }

  @Override
  public void send(EngineUpload upload, Consumer<SendOutcome> outcome) {
    session.send(upload, outcome);
  }

  @Override
  public void command(EngineCommand command, Consumer<SendOutcome> outcome) {
    session.send(command.name(), outcome);
  }
}
