package io.busbar.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.partition.PartitionAware;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The key in Hazelcast of one of several things that belong to a name. All of them are on the owner
 * of the name. Nodes of several builds read it, so its class name and its fields must not change.
 * Immutable after Hazelcast has read it.
 */
public final class NumberedKey implements DataSerializable, PartitionAware<String> {
  private String name;
  private long number;

  /** Creates a key that Hazelcast fills by reading. */
  public NumberedKey() {}

  public NumberedKey(String name, long number) {
    this.name = name;
    this.number = number;
  }

  public String name() {
    return name;
  }

  public long number() {
    return number;
  }

  @Override
  public String getPartitionKey() {
    return name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NumberedKey key && key.number == number && key.name.equals(name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, number);
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(name);
    out.writeLong(number);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    name = in.readString();
    number = in.readLong();
  }
}
