package io.busbar.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * This node among the others: Vert.x's cluster manager, which besides remembers what this node has
 * registered. So it can be registered again after the node was cut off, whoever registered it, and
 * withdrawn before the node leaves, while who registered it still answers. Any thread may use it.
 */
public final class Membership extends HazelcastClusterManager {
  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");

  private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();
  private volatile boolean leaving;

  Membership(Config config) {
    super(config);
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    if (!registration.localOnly()) {
      own.compute(
          address,
          (key, known) -> {
            Set<RegistrationInfo> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(registration);
            return all;
          });
    }
    super.addRegistration(address, registration, promise);
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    own.computeIfPresent(
        address,
        (key, known) -> {
          known.remove(registration);
          return known.isEmpty() ? null : known;
        });
    super.removeRegistration(address, registration, promise);
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    super.stateChanged(event);
    if (event.getState() == LifecycleEvent.LifecycleState.MERGED && isActive()) {
      LOG.log(System.Logger.Level.WARNING, "this node was cut off from the others and is back");
      registerAgain();
    }
  }

  /** How many entries this node has in the map of who listens to what. */
  public int registrationCount() {
    return own.values().stream().mapToInt(Set::size).sum();
  }

  /** The nodes, this one among them. */
  public List<Member> members() {
    return List.copyOf(getHazelcastInstance().getCluster().getMembers());
  }

  /**
   * Will take out and put in again all that is registered here: that tells also those who missed it
   * the first time.
   */
  Future<Void> registerAgain() {
    if (leaving) {
      return Future.succeededFuture();
    }
    Promise<Void> told = Promise.promise();
    setNodeInfo(getNodeInfo(), told);
    return told.future().compose(nothing -> forEach(address -> true, this::renew));
  }

  /** Will tell the others to send nothing more to these addresses; who listens here goes on. */
  public Future<Void> withdraw(Predicate<String> which) {
    leaving = true;
    return forEach(which, this::take);
  }

  private Future<Void> forEach(
      Predicate<String> which, BiFunction<String, RegistrationInfo, Future<Void>> step) {
    List<Future<Void>> all = new ArrayList<>();
    own.forEach(
        (address, registrations) -> {
          if (which.test(address)) {
            registrations.forEach(registration -> all.add(step.apply(address, registration)));
          }
        });
    return Future.join(all).mapEmpty();
  }

  private Future<Void> renew(String address, RegistrationInfo registration) {
    return take(address, registration)
        .compose(
            taken -> {
              if (!own.getOrDefault(address, Set.of()).contains(registration)) {
                return Future.succeededFuture();
              }
              Promise<Void> put = Promise.promise();
              super.addRegistration(address, registration, put);
              return put.future();
            });
  }

  private Future<Void> take(String address, RegistrationInfo registration) {
    Promise<Void> taken = Promise.promise();
    super.removeRegistration(address, registration, taken);
    return taken.future();
  }
}
