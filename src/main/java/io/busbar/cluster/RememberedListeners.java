package io.busbar.cluster;

import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The addresses of which the bus of this node remembers who listens. It changes that by what it is
 * told of each change. What it is not told, as while nodes are cut off and come back, it would
 * never know: so it can be told again what there is, and nothing that is sent overtakes anything by
 * that. Any thread may use it.
 */
final class RememberedListeners implements RegistrationListener {
  private final RegistrationListener bus;
  private final Supplier<Map<String, List<RegistrationInfo>>> look;

  /** For each address the number of the last time that the bus asked or was told. */
  private final Map<String, Long> changes = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private long number;

  /**
   * @param bus remembers, and has to be told
   * @param look finds out who listens to what; may take a while
   */
  RememberedListeners(
      RegistrationListener bus, Supplier<Map<String, List<RegistrationInfo>>> look) {
    this.bus = bus;
    this.look = look;
  }

  /** The bus asks, to remember what it is answered. */
  Completable<List<RegistrationInfo>> asks(
      String address, Completable<List<RegistrationInfo>> answer) {
    locked(() -> changes.put(address, ++number));
    return (registrations, failure) -> {
      if (failure != null || registrations.isEmpty()) {
        // It will not remember that. Said first, because it may ask again at once.
        locked(() -> changes.remove(address));
      }
      answer.complete(registrations, failure);
    };
  }

  private <T> T locked(Supplier<T> task) {
    lock.lock();
    try {
      return task.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void registrationsUpdated(RegistrationUpdateEvent event) {
    locked(() -> updated(event));
  }

  private Long updated(RegistrationUpdateEvent event) {
    Long before =
        event.registrations().isEmpty()
            ? changes.remove(event.address())
            : changes.replace(event.address(), ++number);
    bus.registrationsUpdated(event);
    return before;
  }

  @Override
  public boolean wantsUpdatesFor(String address) {
    return bus.wantsUpdatesFor(address);
  }

  /** The bus is told again who listens. What it hears while that is found out is newer. */
  @Override
  public void registrationsLost() {
    Map<String, Long> before = locked(() -> Map.copyOf(changes));
    Map<String, List<RegistrationInfo>> found = look.get();
    before.forEach(
        (address, last) -> {
          List<RegistrationInfo> now = found.getOrDefault(address, List.of());
          locked(
              () ->
                  last.equals(changes.get(address))
                      ? updated(new RegistrationUpdateEvent(address, now))
                      : null);
        });
  }
}
