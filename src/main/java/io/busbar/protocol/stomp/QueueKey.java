package io.busbar.protocol.stomp;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.partition.PartitionAware;
import java.io.IOException;

/**
 * What Hazelcast knows a queue's message by: those of one queue are together. Nodes of several
 * builds read it, so its name and what is written of it stay as they are. Not a partitioning
 * strategy of the map's, which IMap.setAsync (5.3.8) does not ask.
 */
public final class QueueKey implements DataSerializable, PartitionAware<String> {
  private String queue;
  private String id;

  /** For Hazelcast, which then reads it. */
  public QueueKey() {}

  QueueKey(String queue, String id) {
    this.queue = queue;
    this.id = id;
  }

  String queue() {
    return queue;
  }

  String id() {
    return id;
  }

  @Override
  public String getPartitionKey() {
    return queue;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(queue);
    out.writeString(id);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    queue = in.readString();
    id = in.readString();
  }
}
