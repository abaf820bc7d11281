package io.busbar.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * This node among the others: Vert.x's cluster manager, which besides remembers what this node has
 * registered. So it can be registered again after the node was cut off, whoever registered it, and
 * withdrawn before the node leaves, while who registered it still answers. Any thread may use it.
 */
public final class Membership extends HazelcastClusterManager {
  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");

  /** Vert.x's map of who listens to what. */
  private static final String REGISTRATIONS = "__vertx.subs";

  /** Where a node says that the registrations of others may be gone, and no bus may reach them. */
  private static final String LOST = "busbar.registrations-lost";

  /** Instead of the name of one. */
  private static final String EVERYBODY = "";

  /**
   * So long after a change it is looked whether all is as it should be. A node that was cut off may
   * still take out what others have registered when it is back already.
   */
  private static final List<Duration> SECOND_LOOKS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20));

  private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();

  /** What only this node knows of. */
  private final Map<String, Set<RegistrationInfo>> local = new ConcurrentHashMap<>();

  /**
   * Vert.x asks Hazelcast about each change, and holds a lock until it has the answer. On a thread
   * of Hazelcast's that would stop the very merge that the answer waits for.
   */
  private final ScheduledThreadPoolExecutor changes =
      new ScheduledThreadPoolExecutor(
          1,
          new DefaultThreadFactory("busbar-membership", true),
          new ThreadPoolExecutor.DiscardPolicy());

  private RememberedListeners remembered;
  private volatile boolean leaving;

  Membership(Config config) {
    super(config);
    changes.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void registrationListener(RegistrationListener bus) {
    remembered = new RememberedListeners(bus, this::all);
    super.registrationListener(remembered);
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    super.getRegistrations(address, remembered.asks(address, promise));
  }

  /** Nodes that start together make each other's backups late: the write is made again then. */
  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
    SureWrites.untilCertain(
            () -> {
              Promise<Void> written = Promise.promise();
              super.setNodeInfo(info, written);
              return written.future();
            })
        .onComplete(promise);
  }

  @Override
  public void join(Completable<Void> promise) {
    super.join(
        (nothing, failure) -> {
          if (failure == null) {
            lost().addMessageListener(this::heardOfLoss);
          }
          promise.complete(nothing, failure);
        });
  }

  @Override
  public void leave(Completable<Void> promise) {
    super.leave(
        (nothing, failure) -> {
          changes.shutdown();
          promise.complete(nothing, failure);
        });
  }

  private ITopic<String> lost() {
    return getHazelcastInstance().getTopic(LOST);
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    mapOf(registration)
        .compute(
            address,
            (key, known) -> {
              Set<RegistrationInfo> all = known == null ? ConcurrentHashMap.newKeySet() : known;
              all.add(registration);
              return all;
            });
    super.addRegistration(address, registration, surely(address, registration, promise));
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    mapOf(registration)
        .computeIfPresent(
            address,
            (key, known) -> {
              known.remove(registration);
              return known.isEmpty() ? null : known;
            });
    super.removeRegistration(address, registration, surely(address, registration, promise));
  }

  private Map<String, Set<RegistrationInfo>> mapOf(RegistrationInfo registration) {
    return registration.localOnly() ? local : own;
  }

  /** Completes the promise; where nobody knows whether it was done, when that is known. */
  private Completable<Void> surely(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    return (nothing, failure) -> {
      if (SureWrites.isUncertain(failure)) {
        settle(address, registration).onComplete(promise);
      } else {
        promise.complete(nothing, failure);
      }
    };
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    later(() -> super.memberAdded(event));
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    later(() -> removed(event));
  }

  private void later(Runnable change) {
    changes.execute(() -> tried(change));
    for (Duration delay : SECOND_LOOKS) {
      changes.schedule(() -> tried(this::lookAgain), delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void lookAgain() {
    putRight();
    // What others have put right need not have been told here: while parts of a cluster come
    // together, a node may not know yet whom it has to tell.
    remembered.registrationsLost();
  }

  private void tried(Runnable change) {
    try {
      if (isActive()) {
        change.run();
      }
    } catch (Exception e) {
      // Hazelcast throws some that are not said to be thrown.
      LOG.log(System.Logger.Level.WARNING, "a change of the cluster was not taken in", e);
    }
  }

  /**
   * Vert.x takes out what the lost node has registered. One that is back has that in again, and
   * keeps it. One that comes back meanwhile is told, for only itself can put it in again.
   */
  private void removed(MembershipEvent event) {
    String node = event.getMember().getAttribute(HazelcastCluster.NODE);
    if (isHere(node)) {
      return;
    }
    super.memberRemoved(event);
    if (isHere(node)) {
      lost().publish(node);
    }
  }

  private boolean isHere(String node) {
    return members().stream().anyMatch(member -> isOf(member, node));
  }

  private static boolean isOf(Member member, String node) {
    return node != null && node.equals(member.getAttribute(HazelcastCluster.NODE));
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    if (event.getState() == LifecycleState.MERGED) {
      later(() -> merged(event));
    } else if (event.getState() == LifecycleState.MERGE_FAILED) {
      LOG.log(System.Logger.Level.ERROR, "this node was cut off and could not come back");
    }
  }

  private void merged(LifecycleEvent event) {
    LOG.log(System.Logger.Level.WARNING, "this node was cut off from the others and is back");
    super.stateChanged(event);
    lost().publish(EVERYBODY);
    putRight();
    registerAgain()
        .onFailure(e -> LOG.log(System.Logger.Level.WARNING, "registering again failed", e));
  }

  /**
   * Makes what all share agree with what is registered here. What was taken out here while two
   * parts of a cluster became one may have come with the other one afterwards: it would get a part
   * of what is sent, and nobody would hear that.
   */
  private void putRight() {
    if (getNodeInfo() == null || leaving) {
      return;
    }
    Set<Map.Entry<String, RegistrationInfo>> different = registered();
    own.forEach(
        (address, registrations) ->
            registrations.forEach(
                registration -> {
                  Map.Entry<String, RegistrationInfo> entry = Map.entry(address, registration);
                  if (!different.remove(entry)) {
                    different.add(entry);
                  }
                }));
    different.forEach(entry -> settle(entry.getKey(), entry.getValue()));
    tellNodeInfo();
  }

  /** What all share of this node's. */
  private Set<Map.Entry<String, RegistrationInfo>> registered() {
    return shared()
        .filter(entry -> entry.getValue().nodeId().equals(getNodeId()))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private Stream<Map.Entry<String, RegistrationInfo>> shared() {
    return getHazelcastInstance()
        .<String, HazelcastRegistrationInfo>getMultiMap(REGISTRATIONS)
        .entrySet()
        .stream()
        .map(entry -> Map.entry(entry.getKey(), entry.getValue().unwrap()));
  }

  /** Who listens to what, as far as this node is concerned. */
  private Map<String, List<RegistrationInfo>> all() {
    Map<String, List<RegistrationInfo>> all = new HashMap<>();
    local.forEach((address, registrations) -> all.put(address, new ArrayList<>(registrations)));
    shared()
        .forEach(
            entry ->
                all.computeIfAbsent(entry.getKey(), address -> new ArrayList<>())
                    .add(entry.getValue()));
    return all;
  }

  private boolean isOwn(String address, RegistrationInfo registration) {
    return own.getOrDefault(address, Set.of()).contains(registration);
  }

  private void heardOfLoss(Message<String> message) {
    String node = message.getMessageObject();
    boolean concerned = node.equals(EVERYBODY) || isOf(localMember(), node);
    boolean has = getNodeInfo() != null && !leaving;
    if (concerned && has && !message.getPublishingMember().localMember()) {
      later(this::putAgain);
    }
  }

  private Member localMember() {
    return getHazelcastInstance().getCluster().getLocalMember();
  }

  /**
   * Puts in again what this node has registered, where it is missing, and has the bus told who
   * listens: what Vert.x does after each merge.
   */
  private void putAgain() {
    super.stateChanged(new LifecycleEvent(LifecycleState.MERGED));
  }

  /**
   * Whether all that this node has is on another one, too, as its backups say. May take a while.
   */
  boolean isSafe() {
    return getHazelcastInstance().getPartitionService().isLocalMemberSafe();
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
    return SureWrites.untilCertain(this::tellNodeInfo)
        .compose(nothing -> forEach(address -> true, this::renew));
  }

  private Future<Void> tellNodeInfo() {
    Promise<Void> told = Promise.promise();
    setNodeInfo(getNodeInfo(), told);
    return told.future();
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
    return take(address, registration).compose(taken -> settle(address, registration));
  }

  /** Will do what is right for it until that is what was right when it had been done. */
  private Future<Void> settle(String address, RegistrationInfo registration) {
    boolean wanted = isOwn(address, registration);
    Future<Void> done = wanted ? put(address, registration) : take(address, registration);
    return done.compose(
        nothing ->
            wanted == isOwn(address, registration)
                ? Future.succeededFuture()
                : settle(address, registration));
  }

  private Future<Void> put(String address, RegistrationInfo registration) {
    return SureWrites.untilCertain(
        () -> {
          Promise<Void> put = Promise.promise();
          super.addRegistration(address, registration, put);
          return put.future();
        });
  }

  private Future<Void> take(String address, RegistrationInfo registration) {
    return SureWrites.untilCertain(
        () -> {
          Promise<Void> taken = Promise.promise();
          super.removeRegistration(address, registration, taken);
          return taken.future();
        });
  }
}
