package io.busbar.hub;

import io.vertx.core.Completable;
import io.vertx.core.eventbus.impl.clustered.DefaultNodeSelector;
import io.vertx.core.eventbus.impl.clustered.NodeSelector;
import io.vertx.core.spi.cluster.ClusteredNode;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;

/**
 * The default choice of Vert.x for the nodes that get a message. The bus asks it for each
 * publication except those that stay on their node; this shows which ones stay. Any thread may use
 * it.
 */
public final class NodeChoice implements NodeSelector {
  private static final ThreadLocal<String> WATCHED = new ThreadLocal<>();

  private final NodeSelector plain = new DefaultNodeSelector();

  /** Runs the publication; returns whether it went to other nodes, too. */
  static boolean isForOthers(String address, Runnable publication) {
    String outer = WATCHED.get();
    WATCHED.set(address);
    try {
      publication.run();
      return WATCHED.get() == null;
    } finally {
      WATCHED.set(outer);
    }
  }

  @Override
  public void selectForPublish(String address, Completable<Iterable<String>> promise) {
    if (address.equals(WATCHED.get())) {
      WATCHED.remove();
    }
    plain.selectForPublish(address, promise);
  }

  @Override
  public void selectForSend(String address, Completable<String> promise) {
    plain.selectForSend(address, promise);
  }

  @Override
  public void init(ClusteredNode ofNode) {
    plain.init(ofNode);
  }

  @Override
  public void eventBusStarted() {
    plain.eventBusStarted();
  }

  @Override
  public void registrationsUpdated(RegistrationUpdateEvent event) {
    plain.registrationsUpdated(event);
  }

  @Override
  public boolean wantsUpdatesFor(String address) {
    return plain.wantsUpdatesFor(address);
  }
}
