package io.busbar.protocol.stomp;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import java.io.Serializable;
import java.util.concurrent.Callable;

/** Asks a node, where it runs, whether all that it owns is on another node, too. */
final class IsSafe implements Callable<Boolean>, Serializable, HazelcastInstanceAware {
  private static final long serialVersionUID = 1;

  private transient HazelcastInstance node;

  @Override
  public void setHazelcastInstance(HazelcastInstance hazelcast) {
    node = hazelcast;
  }

  @Override
  public Boolean call() {
    return node.getPartitionService().isLocalMemberSafe();
  }
}
