package io.busbar.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.MemberLeftException;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster manager of Vert.x on Hazelcast, with another way to share registrations. Vert.x keeps
 * them in a map for all nodes. Here each node keeps its own and tells the others ({@link
 * InterestExchange}), so they survive a cut of the network. Any thread may use it.
 */
public final class Membership extends HazelcastClusterManager {
  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");

  /** Attribute of each member that takes part in the exchange of registrations. */
  static final String EXCHANGES = "busbar.interest";

  /** Attribute of each member with its name on the bus. */
  private static final String NODE_ID = "__vertx.nodeId";

  /** Name of the executor that runs the updates of other nodes. */
  private static final String EXECUTOR = "busbar.interest";

  private static final int THREADS = 2;

  private final InterestTable table = new InterestTable();
  private final InterestExchange exchange = new InterestExchange(table, new OtherNodes());
  private final Departures departures = new Departures();

  @SuppressWarnings("NullAway.Init") // Vert.x sets it before it joins
  private RegistrationListener bus;

  @SuppressWarnings("NullAway.Init") // Vert.x sets it before it asks
  private volatile NodeInfo info;

  private volatile boolean leaving;

  Membership(Config config) {
    super(config);
    ConcurrentMap<String, Object> context = new ConcurrentHashMap<>(config.getUserContext());
    context.put(InterestUpdate.EXCHANGE, exchange);
    config.setUserContext(context);
    config.getMemberAttributeConfig().setAttribute(EXCHANGES, Boolean.toString(true));
    config.addExecutorConfig(new ExecutorConfig(EXECUTOR, THREADS).setStatisticsEnabled(false));
  }

  /** The other nodes by their names on the bus. Any thread may use it. */
  private final class OtherNodes implements InterestExchange.Nodes {
    @Override
    public Set<String> others() {
      return members(this::isOther)
          .map(member -> member.getAttribute(NODE_ID))
          .filter(Objects::nonNull)
          .collect(Collectors.toSet());
    }

    private boolean isOther(Member member) {
      return !member.localMember() && member.getAttribute(EXCHANGES) != null;
    }

    @Override
    public CompletionStage<Long> tell(String node, InterestUpdate update) {
      CompletableFuture<Long> answer = new CompletableFuture<>();
      try {
        Member member =
            members(one -> node.equals(one.getAttribute(NODE_ID))).findFirst().orElse(null);
        if (member == null) {
          answer.completeExceptionally(new MemberLeftException());
        } else {
          getHazelcastInstance()
              .getExecutorService(EXECUTOR)
              .submitToMember(update, member, completion(answer));
        }
      } catch (HazelcastException | IllegalStateException | RejectedExecutionException e) {
        answer.completeExceptionally(e);
      }
      return answer;
    }

    private static ExecutionCallback<Long> completion(CompletableFuture<Long> answer) {
      return new ExecutionCallback<>() {
        @Override
        public void onResponse(Long number) {
          answer.complete(number);
        }

        @Override
        public void onFailure(Throwable e) {
          answer.completeExceptionally(e);
        }
      };
    }
  }

  private Stream<Member> members(Predicate<Member> which) {
    HazelcastInstance hazelcast = getHazelcastInstance();
    try {
      return hazelcast == null
          ? Stream.empty()
          : hazelcast.getCluster().getMembers().stream().filter(which);
    } catch (HazelcastInstanceNotActiveException e) {
      return Stream.empty();
    }
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    bus = listener;
    super.registrationListener(listener);
  }

  /** Completes when every other node has told its registrations. */
  @Override
  public void join(Completable<Void> promise) {
    super.join(
        (nothing, failure) -> {
          if (failure == null) {
            exchange.start(getNodeId(), bus, promise);
          } else {
            promise.fail(failure);
          }
        });
  }

  @Override
  public void leave(Completable<Void> promise) {
    super.leave(
        (nothing, failure) -> {
          exchange.close();
          promise.complete(nothing, failure);
        });
  }

  @Override
  public void setNodeInfo(NodeInfo nodeInfo, Completable<Void> promise) {
    info = nodeInfo;
    exchange.busIs(nodeInfo, promise);
  }

  @Override
  public NodeInfo getNodeInfo() {
    return info;
  }

  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
    NodeInfo known = nodeId.equals(getNodeId()) ? info : exchange.busOf(nodeId);
    if (known == null) {
      promise.fail(new VertxException("Not a member of the cluster", true));
    } else {
      promise.succeed(known);
    }
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    promise.succeed(table.of(address));
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    table.add(address, registration);
    exchange.changed(address, promise);
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    table.remove(address, registration);
    if (leaving) {
      // It need not wait, because other nodes drop all registrations of a node that is gone.
      exchange.changed(address, (nothing, failure) -> {});
      promise.succeed();
    } else {
      exchange.changed(address, promise);
    }
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    departures.joined(address(event.getMember()));
    exchange.nodesChanged();
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    Member member = event.getMember();
    departures.left(member.getAttribute(NODE_ID), address(member), System.currentTimeMillis());
    exchange.nodesChanged();
  }

  /** Where a member is, as people write it. */
  static String address(Member member) {
    return member.getAddress().getHost() + ":" + member.getAddress().getPort();
  }

  /** Who left without a word. */
  Departures departures() {
    return departures;
  }

  /** The last answer of a member; null of this node, and where none has come. */
  InterestExchange.@Nullable LastAnswer heardOf(Member member) {
    String node = member.getAttribute(NODE_ID);
    return node == null ? null : exchange.heardOf(node);
  }

  /** How many listeners a member has, among those of all nodes. */
  static int registrations(Map<String, Integer> totals, Member member) {
    return totals.getOrDefault(String.valueOf(member.getAttribute(NODE_ID)), 0);
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    if (event.getState() == LifecycleState.MERGED) {
      LOG.log(System.Logger.Level.WARNING, "this node was cut off from the others and is back");
      exchange.nodesChanged();
    } else if (event.getState() == LifecycleState.MERGE_FAILED) {
      LOG.log(System.Logger.Level.ERROR, "this node was cut off and could not come back");
    }
  }

  /** Returns whether another node has a backup of everything on this node. It may take a while. */
  boolean isSafe() {
    return getHazelcastInstance().getPartitionService().isLocalMemberSafe();
  }

  /** Returns the registrations that this node knows. */
  InterestTable interest() {
    return table;
  }

  /** Returns the number of this node's registrations that other nodes know. */
  public int registrationCount() {
    return table.ownCount();
  }

  /** Returns all nodes, including this one. */
  public List<Member> members() {
    return List.copyOf(getHazelcastInstance().getCluster().getMembers());
  }

  /** Will tell all registrations of this node to every other node again. */
  Future<Void> registerAgain() {
    if (leaving) {
      return Future.succeededFuture();
    }
    Promise<Void> completion = Promise.promise();
    exchange.announceAgain(completion);
    return completion.future();
  }

  /** Will tell other nodes to send nothing more to these addresses; listeners on this node stay. */
  public Future<Void> withdraw(Predicate<String> which) {
    leaving = true;
    Promise<Void> completion = Promise.promise();
    exchange.withdraw(which, completion);
    return completion.future();
  }
}
