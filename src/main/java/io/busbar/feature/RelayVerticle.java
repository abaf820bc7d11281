package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * A simulated relay. {@code {"state":true}} to its address plus {@code .set} switches it. It
 * publishes its state on its address plus {@code .state}, after each change and again and again for
 * later subscribers. Each node has its own relay, with the name of the node in its address. Owned
 * by its event loop.
 *
 * <p>Configuration: {@code interval}, milliseconds between two messages (1000); {@code address}, in
 * which {@code {node}} is the name of the node.
 */
public final class RelayVerticle extends VerticleBase {
  static final String ADDRESS = "topics.node.relay.{node}";

  private static final String STATE = "state";

  private final SkipLog skipped = new SkipLog(RelayVerticle.class);

  @SuppressWarnings("NullAway.Init") // set when it starts
  private String stateAddress;

  private boolean isOn;

  @Override
  public Future<?> start() {
    try {
      Settings settings = new Settings("RelayVerticle", config()).only("interval", "address");
      int interval = settings.number("interval", 1000, 10, 86_400_000, " milliseconds");
      String address = NodeName.in(settings.text("address", ADDRESS), vertx);
      stateAddress = address + ".state";
      vertx.setPeriodic(interval, timer -> publishState());
      return vertx.eventBus().<Object>consumer(address + ".set", this::set).completion();
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
  }

  private void set(Message<Object> message) {
    if (message.body() instanceof JsonObject body && body.getValue(STATE) instanceof Boolean on) {
      isOn = on;
      publishState();
      message.reply(state());
    } else {
      skipped.add("a relay is told what is not like {\"state\":true}");
      message.fail(400, "to switch a relay send {\"state\":true}");
    }
  }

  private void publishState() {
    vertx.eventBus().publish(stateAddress, state());
  }

  private JsonObject state() {
    return new JsonObject().put(STATE, isOn);
  }
}
